package dev.hacolo.agent.proxy;

/** How long verdicts take at present: a moving mean over the last dozens of records. */
final class VerdictLag {
  /** So long that a millisecond more is not the reason for the wait. */
  private static final long LONG_NANOS = 3_000_000;

  private static final int REMEMBERED = 1024;
  private static final int WEIGHT = 32;

  private final long[] askedAt = new long[REMEMBERED];
  private long mean;

  /** A record was made; {@code now} in nanoseconds of any one clock. */
  void asked(long record, long now) {
    askedAt[(int) (record & (REMEMBERED - 1))] = now;
  }

  /** Its verdict came. A record so old that its place was taken again counts as younger. */
  void answered(long record, long now) {
    mean += (now - askedAt[(int) (record & (REMEMBERED - 1))] - mean) / WEIGHT;
  }

  /** Whether the secondary VM is milliseconds behind. */
  boolean isLong() {
    return mean > LONG_NANOS;
  }
}
