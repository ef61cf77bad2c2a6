/** The benchmark's load: one thread, a closed loop, every answer checked. A process of its own. */
@NullMarked
package dev.hacolo.bed.bench.load;

import org.jspecify.annotations.NullMarked;
