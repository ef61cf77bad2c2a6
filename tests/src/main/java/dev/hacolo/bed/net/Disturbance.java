package dev.hacolo.bed.net;

import java.time.Duration;

/**
 * How bad a link is, in each direction.
 *
 * @param delay of each frame
 * @param lossPerMille of all frames
 * @param bytesPerSecond most that go through; what comes faster waits, and too much of it is lost
 */
public record Disturbance(Duration delay, int lossPerMille, long bytesPerSecond) {
  /** As many as there are. */
  private static final long ANY = Long.MAX_VALUE;

  /** Nothing is lost, everything is late. */
  public static Disturbance delayed(Duration delay) {
    return new Disturbance(delay, 0, ANY);
  }

  /** Some frames do not arrive. */
  public static Disturbance lossy(int perMille) {
    return new Disturbance(Duration.ZERO, perMille, ANY);
  }

  /** Little goes through in a second. */
  public static Disturbance slow(long bytesPerSecond) {
    return new Disturbance(Duration.ZERO, 0, bytesPerSecond);
  }

  /** How long a frame takes on the wire. */
  long nanosFor(int bytes) {
    return bytesPerSecond == ANY ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
  }
}
