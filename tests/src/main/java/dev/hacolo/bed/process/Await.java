package dev.hacolo.bed.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting, always with a deadline, for something that only shows itself when looked at. */
public final class Await {
  private static final long LOOK_EVERY_MS = 20;

  private Await() {}

  /**
   * Returns when the condition holds.
   *
   * @param what what is waited for, for the message
   * @param deadline the usual one; {@link Patience} may make it longer
   * @throws BedException if it does not hold within the deadline
   */
  public static void until(String what, Duration deadline, BooleanSupplier condition) {
    until(
        deadline,
        condition,
        () -> "%s: not within %d s".formatted(what, Patience.with(deadline).toSeconds()));
  }

  /** Returns when the condition holds; the sentence is made when the deadline has passed. */
  public static void until(
      Duration deadline, BooleanSupplier condition, Supplier<String> sentence) {
    long end = System.nanoTime() + Patience.with(deadline).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new BedException(sentence.get());
      }
      try {
        Thread.sleep(LOOK_EVERY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BedException("interrupted: " + sentence.get(), e);
      }
    }
  }

  /**
   * Returns at a moment, for where the moment itself is wanted: there is no event to wait for.
   *
   * @param due in ns of {@link System#nanoTime}; one that is over is now
   */
  public static void moment(long due) {
    long left = due - System.nanoTime();
    if (left > 0) {
      try {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BedException("interrupted while a moment was waited for", e);
      }
    }
  }
}
