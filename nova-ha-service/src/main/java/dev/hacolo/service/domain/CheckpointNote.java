package dev.hacolo.service.domain;

import dev.hacolo.common.api.CheckpointSummary;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The checkpoints of a protection, as they are written into a pair's history.
 *
 * @param reason one sentence
 * @param detail the figures; those of a later note of the same generation contain an earlier one's
 */
public record CheckpointNote(String reason, Map<String, Object> detail) {
  private static final String COVERED = "covered_ms";

  /** Copies the map. */
  public CheckpointNote {
    detail = Map.copyOf(detail);
  }

  /** Notes what an agent has reported. */
  public static CheckpointNote of(CheckpointSummary summary, String host) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("host", host);
    detail.put(COVERED, summary.coveredMs());
    detail.put("checkpoints", summary.checkpoints());
    detail.put("causes", summary.causes());
    detail.put("pause_total_us", summary.pauseTotalUs());
    detail.put("pause_mean_us", summary.pauseMeanUs());
    detail.put("pause_max_us", summary.pauseMaxUs());
    detail.put("paused_percent", Math.round(100 * summary.pausedPercent()) / 100.0);
    return new CheckpointNote(sentence(summary), detail);
  }

  private static String sentence(CheckpointSummary s) {
    return String.format(
        Locale.ROOT,
        "%d checkpoint(s) in %d s (%s); paused for %.1f %% of the time, %.1f ms on average, %.1f ms"
            + " at most",
        s.checkpoints(),
        Duration.ofMillis(s.coveredMs()).toSeconds(),
        causes(s.causes()),
        s.pausedPercent(),
        s.pauseMeanUs() / 1e3,
        s.pauseMaxUs() / 1e3);
  }

  private static String causes(Map<String, Long> causes) {
    return causes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(cause -> cause.getValue() + " " + cause.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Whether this note says more than an earlier one with these details. */
  public boolean isLaterThan(Map<String, Object> earlier) {
    return covered(detail) > covered(earlier);
  }

  private static long covered(Map<String, Object> detail) {
    return detail.get(COVERED) instanceof Number millis ? millis.longValue() : -1;
  }
}
