package dev.hacolo.agent.checkpoint;

/**
 * Spreads pauses so that they take no more than a share of the time. Not thread-safe.
 *
 * <p><b>The share</b>: of any stretch of time W, pauses that this budget has granted take at most W
 * * percent / 100. W is 5 s, or eight pauses' worth (8 * pause * 100 / percent) where that is
 * longer. The length of a coming pause is a prediction: what it turns out to be longer is beyond
 * the share, and is taken from the next ones. So is a pause that nobody asked the budget for.
 *
 * <p><b>How</b>: a store of pause time fills with 7/8 of the share and holds the last eighth of a
 * W's worth (125 ms at 20 %). A pause is granted when the store holds as much. So the first causes
 * after a quiet time are served at once, and a crowd of them at an even pace. A plain sliding
 * window lets them use up its budget at its beginning and wait for its end: with 2 % of the answers
 * differing that cost a third of the answers and a p99 of 340 to 380 ms instead of 200 (the loop of
 * docs/packet-path.md).
 */
final class PauseBudget {
  private static final long WINDOW = 5_000_000_000L;
  private static final int PARTS = 8;

  private final double share;
  private double stored = Double.MAX_VALUE;
  private long storedAt;

  /** A budget of which nothing is used. */
  PauseBudget(int percent) {
    share = percent / 100.0;
  }

  /** A pause is over; it began after the last one's end. */
  void spend(long begin, long end) {
    double length = end - begin;
    double left = at(end, length) - length;
    // What was beyond the budget is forgiven after W: it has left every stretch that counts.
    stored = Math.max(left, -rate() * WINDOW);
    storedAt = end;
  }

  /**
   * The earliest time from now on at which a pause of a length may begin.
   *
   * @param pause its predicted length, above 0
   */
  long earliest(long now, long pause) {
    double missing = pause - at(now, (double) pause);
    return missing <= 0 ? now : now + (long) Math.ceil(missing / rate());
  }

  private double at(long now, double pause) {
    return Math.min(room(pause), stored + (now - storedAt) * rate());
  }

  private double room(double pause) {
    return Math.max(share * WINDOW / PARTS, pause);
  }

  private double rate() {
    return share * (PARTS - 1) / PARTS;
  }
}
