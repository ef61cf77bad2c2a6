package dev.hacolo.service.openstack;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Waits between attempts: exponential with full jitter, or what the server asked for. */
final class Backoff {
  /** Attempts for one request, the first one included. */
  static final int ATTEMPTS = 4;

  private static final long FIRST_MS = 100;
  private static final long LONGEST_MS = 2_000;

  private Backoff() {}

  /**
   * Wait after a failed attempt.
   *
   * @param attempt number of the failed attempt, from 1
   * @param asked what the server asked for
   */
  static Duration after(int attempt, Optional<Duration> asked) {
    long ceiling = Math.min(LONGEST_MS, FIRST_MS << (attempt - 1));
    Duration jittered = Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, ceiling + 1));
    return asked.map(jittered::plus).orElse(jittered);
  }

  /**
   * Waits, if the time left allows for it.
   *
   * @return false, at once, when the wait would outlast the deadline
   */
  static boolean pause(Duration wait, Deadline deadline) throws InterruptedException {
    if (wait.compareTo(deadline.remaining()) >= 0) {
      return false;
    }
    Thread.sleep(wait.toMillis());
    return true;
  }
}
