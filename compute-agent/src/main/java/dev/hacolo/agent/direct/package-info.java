/** Driver for guests that are plain QEMU processes, described by files in a directory. */
@NullMarked
package dev.hacolo.agent.direct;

import org.jspecify.annotations.NullMarked;
