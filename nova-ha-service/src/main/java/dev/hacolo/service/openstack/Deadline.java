package dev.hacolo.service.openstack;

import java.time.Duration;

/**
 * Point in time by which a call has to be over, on the monotonic clock.
 *
 * @param at value of {@link System#nanoTime()}
 * @param length the time that was given in all
 */
record Deadline(long at, Duration length) {

  static Deadline in(Duration length) {
    return new Deadline(System.nanoTime() + length.toNanos(), length);
  }

  /** Time left; zero when it is over. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
  }

  /** Time for one attempt: half of the whole, so that a hung server leaves room for a second. */
  Duration attempt() {
    Duration half = length.dividedBy(2);
    Duration left = remaining();
    return left.compareTo(half) < 0 ? left : half;
  }
}
