package dev.hacolo.agent.domain;

/**
 * Suspects a peer whose heartbeats stopped, or who has stopped hearing ours.
 *
 * <p>Each heartbeat carries the send time of the newest one that its sender received. A stale echo
 * is as good as silence: the peer does not hear us. A host that stalled itself (a long collection
 * of garbage, a stopped process) gives what the peer sent meanwhile one chance to be read. All
 * times are nanoseconds of this host's monotonic clock. Not thread-safe.
 */
public final class FailureDetector {
  private final long suspicionNanos;
  private long lastReceivedAt;
  private long lastEcho;
  private long lastCheck;
  private boolean stalled;

  /**
   * Starts with a peer that is taken to be alive.
   *
   * @param suspicionNanos silence after which the peer is suspected
   * @param now present time
   */
  public FailureDetector(long suspicionNanos, long now) {
    this.suspicionNanos = suspicionNanos;
    this.lastReceivedAt = now;
    this.lastEcho = now;
    this.lastCheck = now;
  }

  /**
   * A heartbeat came.
   *
   * @param now present time
   * @param echo our own send time that it repeats, or 0 if the peer has heard nothing yet
   */
  public void received(long now, long echo) {
    lastReceivedAt = now;
    if (echo != 0 && echo - lastEcho > 0 && echo - now <= 0) {
      lastEcho = echo;
    }
  }

  /** Nanoseconds since the peer was last known to hear us and be heard. */
  public long silenceNanos(long now) {
    return Math.max(now - lastReceivedAt, now - lastEcho);
  }

  /** Whether the peer must be taken for lost; to be asked at the interval of heartbeats. */
  public boolean suspects(long now) {
    stalled = !stalled && now - lastCheck > suspicionNanos / 2;
    lastCheck = now;
    return silenceNanos(now) > suspicionNanos && !stalled;
  }
}
