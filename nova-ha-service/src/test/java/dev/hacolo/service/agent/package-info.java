/** Tests. */
@NullMarked
package dev.hacolo.service.agent;

import org.jspecify.annotations.NullMarked;
