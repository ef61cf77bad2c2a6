/** Asynchronous client of the QEMU Machine Protocol. */
@NullMarked
package dev.hacolo.agent.qmp;

import org.jspecify.annotations.NullMarked;
