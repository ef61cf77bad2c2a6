package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;

/**
 * Evidence by digests. A place whose content had the body's digests while the VM stood still at the
 * checkpoint held the body in S_k; bytes that have the same digests now are the body's, so those of
 * S_k. Wrong only if two contents of a block have one digest, see {@link ContentDigest}. Belongs to
 * the packet loop.
 */
public final class DigestedMemory implements SynchronisedMemory {
  private static final long NONE = -2;

  private final ContentDigest.Sum sum;
  private long epoch = NONE;

  /** With nothing known. */
  public DigestedMemory(ContentDigest digest) {
    sum = digest.sum();
  }

  /**
   * Checkpoint k has begun: what was known of the state before it counts no more.
   *
   * @param checkpoint its number, 0 or more
   */
  public void begin(long checkpoint) {
    if (checkpoint < 0) {
      throw new IllegalArgumentException("checkpoint " + checkpoint);
    }
    epoch = checkpoint;
  }

  /** No state is common to both VMs any more. */
  public void end() {
    epoch = NONE;
  }

  /** Whether the place was found to hold its body in the state of this epoch. */
  boolean synchronised(Place place) {
    return place.synchronisedAt() == epoch;
  }

  @Override
  public boolean unmodified(Place place, int from, byte[] now, int at, int length) {
    return synchronised(place) && place.content().matches(sum, from, now, at, length);
  }
}
