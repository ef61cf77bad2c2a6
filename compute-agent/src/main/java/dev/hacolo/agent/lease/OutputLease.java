package dev.hacolo.agent.lease;

/**
 * The primary's lease: its outputs may leave until a fixed time after it sent the newest heartbeat
 * that the secondary's agent has answered. Not thread-safe.
 */
public final class OutputLease {
  private final long durationNanos;
  private long answered = Long.MIN_VALUE;

  /** A lease that has not begun. */
  public OutputLease(long durationNanos) {
    this.durationNanos = durationNanos;
  }

  /**
   * A heartbeat of the secondary's agent came.
   *
   * @param echo our own send time that it repeats, or 0 if it has none; one that lies in the future
   *     is none of ours
   * @param peerOpen whether the peer's own VM may send: such a peer grants nothing
   * @return whether the lease lasts longer than before
   */
  public boolean answered(long echo, boolean peerOpen, long now) {
    if (echo <= 0 || echo <= answered || echo > now || peerOpen) {
      return false;
    }
    answered = echo;
    return true;
  }

  /** When it ends; {@link Long#MIN_VALUE} before the first answer. */
  public long until() {
    return answered == Long.MIN_VALUE ? Long.MIN_VALUE : answered + durationNanos;
  }

  /** Whether outputs may leave. */
  public boolean holds(long now) {
    return now < until();
  }
}
