/** Tests. */
@NullMarked
package dev.hacolo.service.store;

import org.jspecify.annotations.NullMarked;
