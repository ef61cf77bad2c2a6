package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;

/**
 * Checkpoints that an agent has counted.
 *
 * @param count number of them since the agent started
 * @param pausedSeconds how long its VM was stopped for them, in all
 */
record Checkpoints(long count, double pausedSeconds) {
  static final Checkpoints NONE = new Checkpoints(0, 0);

  private static final String COUNT = "ha_colo_checkpoint_pause_seconds_count ";
  private static final String SUM = "ha_colo_checkpoint_pause_seconds_sum ";

  /** Reads them out of an agent's metrics. */
  static Checkpoints of(String metrics) {
    return new Checkpoints((long) value(metrics, COUNT), value(metrics, SUM));
  }

  /** Those since an earlier reading. */
  Checkpoints since(Checkpoints earlier) {
    return new Checkpoints(count - earlier.count, pausedSeconds - earlier.pausedSeconds);
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow(() -> new BedException("the agent's metrics have no " + name.strip()));
  }
}
