package dev.hacolo.agent.lease;

/**
 * Four heartbeats of A, 50 ms apart, each with one answer. Two bits of a schedule say how long a
 * heartbeat takes, two how long its answer does: 0, 120 or 380 ms, or for ever. B withdraws as soon
 * as it has answered the last one that reaches it, which is the worst moment.
 */
final class FewHeartbeats {
  private static final long[] DELAYS = {0, 120_000, 380_000, -1};
  private static final int BEATS = 4;

  private FewHeartbeats() {}

  /** Microseconds of true time in which both could send. */
  static long overlap(int schedule, double rateOfA, double rateOfB, LeaseTerms terms) {
    OutputLease lease = new OutputLease(terms.durationNanos());
    LeaseGrant grant = new LeaseGrant(terms);
    long last = 0;
    long latestAnswer = 0;
    for (int beat = 0; beat < BEATS; beat++) {
      long sent = 1 + 50_000L * beat;
      long there = DELAYS[(schedule >> (4 * beat)) & 3];
      long back = DELAYS[(schedule >> (4 * beat + 2)) & 3];
      if (there < 0) {
        continue;
      }
      long received = Math.max(last, sent + there); // in order
      last = received;
      grant.received(clock(sent, rateOfA), clock(received, rateOfB));
      if (back >= 0) {
        latestAnswer = Math.max(latestAnswer, received + back);
        lease.answered(grant.echo(), false, clock(latestAnswer, rateOfA));
      }
    }
    grant.withdraw();
    long free = last;
    while (grant.remainingNanos(clock(free, rateOfB)) > 0) {
      free += 100;
    }
    double end = lease.until() == Long.MIN_VALUE ? 0 : lease.until() / rateOfA;
    return Math.max(0, (long) end - free);
  }

  private static long clock(long truth, double rate) {
    return (long) Math.ceil(truth * rate);
  }
}
