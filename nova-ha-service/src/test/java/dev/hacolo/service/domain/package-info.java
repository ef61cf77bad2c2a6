/** Tests. */
@NullMarked
package dev.hacolo.service.domain;

import org.jspecify.annotations.NullMarked;
