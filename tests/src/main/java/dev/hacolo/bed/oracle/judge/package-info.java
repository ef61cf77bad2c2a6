/** Judges what clients have seen. Pure: no clock, I/O or threads. */
@NullMarked
package dev.hacolo.bed.oracle.judge;

import org.jspecify.annotations.NullMarked;
