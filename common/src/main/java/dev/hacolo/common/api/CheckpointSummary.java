package dev.hacolo.common.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of a primary in one generation, from its first one up to the end of the last period
 * of a minute. A later summary of a generation contains the earlier ones.
 *
 * @param generation generation of the pair that they belong to
 * @param coveredMs time that is covered, in milliseconds
 * @param checkpoints how many there were
 * @param causes how many of them had a cause, by its name; one may have several
 * @param pauseTotalUs how long they stopped the guest, in microseconds
 * @param pauseMaxUs the longest stop, in microseconds
 */
public record CheckpointSummary(
    long generation,
    long coveredMs,
    long checkpoints,
    Map<String, Long> causes,
    long pauseTotalUs,
    long pauseMaxUs) {
  private static final Pattern CAUSE = Pattern.compile("[a-z][a-z_]{0,39}");
  private static final int MOST_CAUSES = 32;

  /** Checks every field. */
  public CheckpointSummary {
    Checks.range(generation, 1, Long.MAX_VALUE, "checkpoint_summary.generation");
    Checks.range(coveredMs, 0, Long.MAX_VALUE, "covered_ms");
    Checks.range(checkpoints, 0, Long.MAX_VALUE, "checkpoint_summary.checkpoints");
    causes = Collections.unmodifiableMap(new TreeMap<>(Checks.present(causes, "causes")));
    Checks.range(causes.size(), 0, MOST_CAUSES, "number of causes");
    causes.forEach(CheckpointSummary::check);
    Checks.range(pauseTotalUs, 0, Long.MAX_VALUE, "pause_total_us");
    Checks.range(pauseMaxUs, 0, Long.MAX_VALUE, "pause_max_us");
  }

  private static void check(String cause, @Nullable Long count) {
    Checks.matches(cause, CAUSE, "cause", "lower-case letters and '_'");
    Checks.range(Checks.present(count, "causes." + cause), 0, Long.MAX_VALUE, "causes." + cause);
  }

  /** Mean stop in microseconds, 0 without any. */
  public long pauseMeanUs() {
    return checkpoints == 0 ? 0 : pauseTotalUs / checkpoints;
  }

  /** Share of the covered time in which the guest was stopped, 0 to 100. */
  public double pausedPercent() {
    return coveredMs == 0 ? 0 : Math.min(100, pauseTotalUs / 10.0 / coveredMs);
  }
}
