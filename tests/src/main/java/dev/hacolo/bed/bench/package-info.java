/** {@code ha-colo bench}: what a guest serves under each engine, side by side. */
@NullMarked
package dev.hacolo.bed.bench;

import org.jspecify.annotations.NullMarked;
