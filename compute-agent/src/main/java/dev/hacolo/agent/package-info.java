/** One side of a pair: an agent on each compute node that steers QEMU. */
@NullMarked
package dev.hacolo.agent;

import org.jspecify.annotations.NullMarked;
