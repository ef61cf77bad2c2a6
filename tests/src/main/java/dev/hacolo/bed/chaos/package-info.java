/**
 * Chaos: random faults at every part of the product under the oracle's load. A plan follows from a
 * seed; afterwards every pair has to be protected again, and clients must not have seen anything
 * that one machine that never failed could not have shown them.
 */
@NullMarked
package dev.hacolo.bed.chaos;

import org.jspecify.annotations.NullMarked;
