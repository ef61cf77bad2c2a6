/** Tests. */
@NullMarked
package dev.hacolo.service.bed;

import org.jspecify.annotations.NullMarked;
