package dev.hacolo.agent.lease;

/**
 * The secondary's side of the primary's lease: what it answers, and from when on none of its
 * answers can keep the primary's gate open.
 *
 * <p>The wait counts from the receipt of the newest heartbeat that was answered: the lease counts
 * from when that one was sent, which was before. So an answer that is late, or is sent again, or
 * never arrives, changes nothing. Not thread-safe.
 */
public final class LeaseGrant {
  private final LeaseTerms terms;
  private long newest;
  private long receivedAt;
  private boolean withdrawn;

  /** Nothing is granted yet. */
  public LeaseGrant(LeaseTerms terms) {
    this.terms = terms;
  }

  /**
   * A heartbeat of the primary's agent came.
   *
   * @param sentAt its send time on the primary's clock, which the next answer repeats
   * @param now read after the heartbeat was
   */
  public void received(long sentAt, long now) {
    if (!withdrawn && sentAt > newest) {
      newest = sentAt;
      receivedAt = now;
    }
  }

  /** What the next answer repeats; 0 before the first heartbeat. */
  public long echo() {
    return newest;
  }

  /** From now on nothing is granted. This is for good. */
  public void withdraw() {
    withdrawn = true;
  }

  /** Whether {@link #withdraw} was called. */
  public boolean isWithdrawn() {
    return withdrawn;
  }

  /**
   * Nanoseconds until no lease that was granted here is in effect; 0 or less if there is none. Only
   * after {@link #withdraw} is that the last word.
   */
  public long remainingNanos(long now) {
    return newest == 0 ? 0 : receivedAt + terms.waitNanos() - now;
  }
}
