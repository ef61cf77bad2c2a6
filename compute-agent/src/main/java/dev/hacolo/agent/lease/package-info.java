/**
 * The output lease: until when a primary's outputs may leave, and from when on its secondary may
 * serve (docs/adr/0011-output-lease.md). Pure: times come in as arguments, nanoseconds of the
 * host's own CLOCK_BOOTTIME.
 */
@NullMarked
package dev.hacolo.agent.lease;

import org.jspecify.annotations.NullMarked;
