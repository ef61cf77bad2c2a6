/**
 * Drops in the kernel what comes out of a VM's taps after a deadline, so that neither a stopped
 * agent nor a frame that waits in QEMU outlives the output lease.
 */
@NullMarked
package dev.hacolo.agent.guard;

import org.jspecify.annotations.NullMarked;
