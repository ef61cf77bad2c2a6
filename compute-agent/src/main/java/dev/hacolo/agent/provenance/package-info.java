/**
 * Evidence that an output body originates from state that both VMs have (DESIGN.md section 6).
 *
 * <p>On the packet loop of a VM, with one {@link dev.hacolo.agent.provenance.ContentIndex}, one
 * {@link dev.hacolo.agent.provenance.DigestedMemory} and one {@link
 * dev.hacolo.agent.provenance.InputContents}:
 *
 * <ul>
 *   <li>each input: {@code InputContents.opened/segment/datagram/closed};
 *   <li>each body that had to wait and was found equal: unless {@code ContentIndex.knows} it,
 *       {@code LearningVm.offer}; what the search finds comes back on the loop as a {@link
 *       dev.hacolo.agent.provenance.Learnt} for {@code ContentIndex.add};
 *   <li>STOP of checkpoint k: {@code DigestedMemory.begin(k)}, {@code InputContents.beginEpoch()},
 *       {@code places = ContentIndex.places()}; on another thread {@code EpochDigests.compare}; and
 *       if the VM certainly still stood when that returned, {@code ContentIndex.synchronised(k,
 *       places, result)}. Without the last call nothing is synced in epoch k;
 *   <li>protection ends: {@code DigestedMemory.end()};
 *   <li>each output with a stretch of a body: {@code ContentIndex.synced} and not {@code
 *       InputContents.mayOccur}.
 * </ul>
 *
 * <p>The index, the scan, the digests and the inputs are pure; {@link
 * dev.hacolo.agent.provenance.GuestMemory} is the port to QEMU's memory.
 */
@NullMarked
package dev.hacolo.agent.provenance;

import org.jspecify.annotations.NullMarked;
