package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checkpoints that an agent has counted, and what left by which rule.
 *
 * @param count number of them since the agent started
 * @param pausedSeconds how long its VM was stopped for them, in all
 * @param preReleased outputs with content that left before the secondary VM had made them
 * @param content all outputs with content that left
 * @param causes how many checkpoints each cause had its part in
 */
record Checkpoints(
    long count,
    double pausedSeconds,
    double preReleased,
    double content,
    Map<String, Long> causes) {
  static final Checkpoints NONE = new Checkpoints(0, 0, 0, 0, Map.of());

  private static final String CAUSE = "ha_colo_checkpoints_total{cause=\"";

  private static final String RELEASED = "ha_colo_released_frames_total{reason=\"%s\"} ";

  private static final String COUNT = "ha_colo_checkpoint_pause_seconds_count ";
  private static final String SUM = "ha_colo_checkpoint_pause_seconds_sum ";

  /** Reads them out of an agent's metrics. */
  static Checkpoints of(String metrics) {
    double early = released(metrics, "pre_released");
    double waited = released(metrics, "compared") + released(metrics, "checkpointed");
    return new Checkpoints(
        (long) value(metrics, COUNT), value(metrics, SUM), early, early + waited, causes(metrics));
  }

  /** Those since an earlier reading. */
  Checkpoints since(Checkpoints earlier) {
    return new Checkpoints(
        count - earlier.count,
        pausedSeconds - earlier.pausedSeconds,
        preReleased - earlier.preReleased,
        content - earlier.content,
        difference(earlier.causes));
  }

  /** Those of two agents together. */
  Checkpoints plus(Checkpoints other) {
    Map<String, Long> both = new TreeMap<>(causes);
    other.causes.forEach((cause, more) -> both.merge(cause, more, Long::sum));
    return new Checkpoints(
        count + other.count,
        pausedSeconds + other.pausedSeconds,
        preReleased + other.preReleased,
        content + other.content,
        both);
  }

  private Map<String, Long> difference(Map<String, Long> earlier) {
    Map<String, Long> within = new TreeMap<>();
    causes.forEach(
        (cause, now) -> {
          long more = now - earlier.getOrDefault(cause, 0L);
          if (more > 0) {
            within.put(cause, more);
          }
        });
    return within;
  }

  /** Part of the outputs with content that left early. */
  double preReleasedPercent() {
    return content == 0 ? 0 : 100 * preReleased / content;
  }

  private static Map<String, Long> causes(String metrics) {
    Map<String, Long> causes = new TreeMap<>();
    metrics
        .lines()
        .filter(line -> line.startsWith(CAUSE))
        .forEach(
            line -> {
              int end = line.indexOf('"', CAUSE.length());
              double count = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
              causes.put(line.substring(CAUSE.length(), end), (long) count);
            });
    return causes;
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
