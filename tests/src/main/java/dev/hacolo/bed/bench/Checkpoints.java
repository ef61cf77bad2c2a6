package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;

/**
 * Checkpoints that an agent has counted, and what left by which rule.
 *
 * @param count number of them since the agent started
 * @param pausedSeconds how long its VM was stopped for them, in all
 * @param preReleased outputs with content that left before the secondary VM had made them
 * @param content all outputs with content that left
 */
record Checkpoints(long count, double pausedSeconds, double preReleased, double content) {
  static final Checkpoints NONE = new Checkpoints(0, 0, 0, 0);

  private static final String RELEASED = "ha_colo_released_frames_total{reason=\"%s\"} ";

  private static final String COUNT = "ha_colo_checkpoint_pause_seconds_count ";
  private static final String SUM = "ha_colo_checkpoint_pause_seconds_sum ";

  /** Reads them out of an agent's metrics. */
  static Checkpoints of(String metrics) {
    double early = released(metrics, "pre_released");
    double waited = released(metrics, "compared") + released(metrics, "checkpointed");
    return new Checkpoints(
        (long) value(metrics, COUNT), value(metrics, SUM), early, early + waited);
  }

  /** Those since an earlier reading. */
  Checkpoints since(Checkpoints earlier) {
    return new Checkpoints(
        count - earlier.count,
        pausedSeconds - earlier.pausedSeconds,
        preReleased - earlier.preReleased,
        content - earlier.content);
  }

  /** Part of the outputs with content that left early. */
  double preReleasedPercent() {
    return content == 0 ? 0 : 100 * preReleased / content;
  }

  private static double released(String metrics, String reason) {
    return value(metrics, RELEASED.formatted(reason));
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
