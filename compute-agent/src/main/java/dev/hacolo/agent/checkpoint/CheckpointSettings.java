package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;

/**
 * Limits of a pair's checkpoints.
 *
 * @param maxHoldNanos age at which a held output makes a checkpoint due at once, 1 ms to 60 s
 * @param maxIntervalNanos longest time between two checkpoints, 100 ms to 600 s
 * @param maxPausePercent share of the time that checkpoints may pause the VM as long as no output
 *     gets too old, 1 to 90
 */
public record CheckpointSettings(long maxHoldNanos, long maxIntervalNanos, int maxPausePercent) {
  private static final long MILLISECOND = 1_000_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public CheckpointSettings {
    check(maxHoldNanos, MILLISECOND, 60_000 * MILLISECOND, "maxHoldNanos");
    check(maxIntervalNanos, 100 * MILLISECOND, 600_000 * MILLISECOND, "maxIntervalNanos");
    check(maxPausePercent, 1, 90, "maxPausePercent");
  }

  private static void check(long value, long min, long max, String name) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("%s = %d is out of range".formatted(name, value));
    }
  }

  /**
   * Latest time at which a checkpoint for a cause must be asked for.
   *
   * <p>Behind most causes is a frame that has begun to wait: it may do so for the longest hold. The
   * gate raises {@code HOLD_TIME} when a frame has waited as long, so that is due at once. A bound
   * is soft up to twice its size at least, so what presses on it may wait, but not for as long.
   *
   * @param raisedAt when the cause arose
   */
  public long deadline(CheckpointCause cause, long raisedAt) {
    return switch (cause) {
      case HOLD_TIME, INTERVAL, REQUEST -> raisedAt;
      case HELD_BOUND, SECONDARY_BOUND -> raisedAt + maxHoldNanos / 4;
      case DIVERGENCE, GUEST_OPENS_CONNECTION, UNCERTAIN_SEAL, SECONDARY_LAG ->
          raisedAt + maxHoldNanos;
    };
  }
}
