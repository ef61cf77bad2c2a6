package dev.hacolo.agent.lease;

/**
 * What both sides rely on.
 *
 * @param durationNanos how long a lease lasts on the primary's clock; the primary's agent says it
 * @param driftPercent how much faster or slower than true time either host's clock may run, 0 to 50
 * @param marginNanos how long a frame that was let go may still be on its way within the host
 */
public record LeaseTerms(long durationNanos, int driftPercent, long marginNanos) {
  /** Checks the ranges. */
  public LeaseTerms {
    if (durationNanos <= 0 || driftPercent < 0 || driftPercent > 50 || marginNanos < 0) {
      throw new IllegalArgumentException(
          "no terms of a lease: %d ns, %d %%, %d ns"
              .formatted(durationNanos, driftPercent, marginNanos));
    }
  }

  /**
   * How long the secondary's host waits, on its own clock. The primary's clock may be slow and this
   * one fast: the lease then lasts duration / (1 - drift) of true time, and so much time is this
   * clock's duration * (1 + drift) / (1 - drift).
   */
  public long waitNanos() {
    long slowest = 100L - driftPercent;
    long scaled = Math.multiplyExact(durationNanos, 100L + driftPercent);
    return (scaled + slowest - 1) / slowest + marginNanos;
  }

  /** The same terms for a primary whose leases last so long. */
  public LeaseTerms lasting(long nanos) {
    return new LeaseTerms(nanos, driftPercent, marginNanos);
  }
}
