/**
 * When the primary's agent asks QEMU for a checkpoint. Pure: time comes in as an argument, requests
 * go out as a result; see docs/packet-path.md.
 */
@NullMarked
package dev.hacolo.agent.checkpoint;

import org.jspecify.annotations.NullMarked;
