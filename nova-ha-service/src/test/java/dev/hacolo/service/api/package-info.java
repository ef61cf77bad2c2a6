/** Tests. */
@NullMarked
package dev.hacolo.service.api;

import org.jspecify.annotations.NullMarked;
