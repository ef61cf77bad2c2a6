/**
 * Clients of the guest's services, which check every answer and remember every acknowledged write.
 */
@NullMarked
package dev.hacolo.bed.traffic;

import org.jspecify.annotations.NullMarked;
