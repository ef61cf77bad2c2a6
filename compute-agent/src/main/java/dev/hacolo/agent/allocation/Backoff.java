package dev.hacolo.agent.allocation;

/**
 * Times between tries, each twice as long as the one before.
 *
 * @param firstMillis before the second try
 * @param mostMillis upper bound
 * @param attempts how many tries there are
 */
record Backoff(long firstMillis, long mostMillis, int attempts) {
  /** 20 ms to 5 s, about ten minutes in all. */
  static final Backoff LIFT = new Backoff(20, 5000, 128);

  /** Within a second. */
  static final Backoff SWEEP = new Backoff(20, 500, 6);

  /** Time to wait after a failed try, counted from 1. */
  long afterMillis(int attempt) {
    return Math.min(mostMillis, firstMillis << Math.min(attempt - 1, 20));
  }

  boolean isLast(int attempt) {
    return attempt >= attempts;
  }
}
