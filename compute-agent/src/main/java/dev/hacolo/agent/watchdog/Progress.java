package dev.hacolo.agent.watchdog;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether each of several parts has done something since the last time that all had. {@link #done}
 * is thread-safe, the rest belongs to one thread.
 */
final class Progress {
  private final int parts;
  private final AtomicInteger outstanding = new AtomicInteger();
  private long round;

  Progress(int parts) {
    this.parts = parts;
  }

  /**
   * Looks whether all that was asked for is done; then a new round begins.
   *
   * @return whether the caller has to ask every part again
   */
  boolean complete() {
    if (outstanding.get() > 0) {
      return false;
    }
    round++;
    outstanding.set(parts);
    return true;
  }

  /** A part has done what it was asked for in this round. */
  void done() {
    outstanding.decrementAndGet();
  }

  /** Rounds begun so far. */
  long rounds() {
    return round;
  }
}
