package dev.hacolo.agent.provenance;

/**
 * Evidence of what is as it was in S_k, the state that both VMs have: digests taken at the
 * checkpoint ({@link DigestedMemory}). The kernel module's bitmap alone is no such evidence, for it
 * does not see what QEMU's own devices write; together with that it would be
 * (docs/adr/0010-what-the-bitmap-proves.md).
 *
 * <p>The contract, which {@code SynchronisedMemoryContract} tests: the answer is true only if S_k
 * held exactly the bytes given at that part of the place. It may be false at any time. Bytes that
 * were changed and changed back may be answered either way. In doubt, between checkpoints, and when
 * no checkpoint is complete it is false. Called on the packet loop; does not block.
 */
public interface SynchronisedMemory {
  /**
   * Whether S_k held these bytes here.
   *
   * @param place a place
   * @param from position in the body: the start of a block of {@link BodyContent#BLOCK}
   * @param now what was read from the place just before this call
   * @param at where it is in {@code now}
   * @param length bytes, at least 1, up to the end of a block or of the body
   */
  boolean unmodified(Place place, int from, byte[] now, int at, int length);
}
