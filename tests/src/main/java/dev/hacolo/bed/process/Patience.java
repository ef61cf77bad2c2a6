package dev.hacolo.bed.process;

import java.time.Duration;

/**
 * How many times longer than usual the bed waits before it gives up: the system property {@code
 * hacolo.patience}, 1 to 100, for machines that are emulated. Nothing takes longer because of it
 * unless it fails.
 */
public final class Patience {
  private static final int FACTOR = factor(Integer.getInteger("hacolo.patience", 1));

  private Patience() {}

  /** What a usual deadline is here. */
  public static Duration with(Duration usual) {
    return usual.multipliedBy(FACTOR);
  }

  /** Checks a factor. */
  static int factor(int wanted) {
    if (wanted < 1 || wanted > 100) {
      throw new BedException("hacolo.patience is %d: allowed is 1 to 100".formatted(wanted));
    }
    return wanted;
  }
}
