/**
 * Processes and files of one run of the test bed: started, recorded, and removed whatever happens.
 */
@NullMarked
package dev.hacolo.bed.process;

import org.jspecify.annotations.NullMarked;
