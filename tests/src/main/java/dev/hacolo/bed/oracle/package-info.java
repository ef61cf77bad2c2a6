/**
 * The oracle: kills primaries at random moments under load and judges whether clients have seen
 * anything that one machine that never failed could not have shown them.
 */
@NullMarked
package dev.hacolo.bed.oracle;

import org.jspecify.annotations.NullMarked;
