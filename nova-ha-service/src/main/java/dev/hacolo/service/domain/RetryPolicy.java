package dev.hacolo.service.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * Back-off between attempts: doubled from the first to the longest.
 *
 * @param initial after the first failure
 * @param max longest
 */
public record RetryPolicy(Duration initial, Duration max) {
  /** When to try again after so many failures, at least one. */
  public Instant after(int failures, Instant now) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    Duration delay = initial.multipliedBy(1L << doublings);
    return now.plus(delay.compareTo(max) > 0 ? max : delay);
  }
}
