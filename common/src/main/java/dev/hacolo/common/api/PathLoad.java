package dev.hacolo.common.api;

/**
 * How the outputs of a primary fared in the last seconds: what tells whether its secondary is
 * strong enough.
 *
 * @param seconds length of the time that this is about, 1 to 600
 * @param outputs outputs with content that left in it
 * @param waitingPercent share of them that could not leave before the secondary had made the same,
 *     or before a checkpoint, 0 to 100
 * @param pausedPercent share of that time in which the primary was stopped for checkpoints, 0 to
 *     100
 */
public record PathLoad(int seconds, long outputs, double waitingPercent, double pausedPercent) {
  /** Checks every field. */
  public PathLoad {
    Checks.range(seconds, 1, 600, "path_load.seconds");
    Checks.range(outputs, 0, Long.MAX_VALUE, "path_load.outputs");
    percent(waitingPercent, "path_load.waiting_percent");
    percent(pausedPercent, "path_load.paused_percent");
  }

  private static void percent(double value, String field) {
    if (!(value >= 0 && value <= 100)) {
      throw new IllegalArgumentException("%s is %s: allowed is 0 to 100".formatted(field, value));
    }
  }
}
