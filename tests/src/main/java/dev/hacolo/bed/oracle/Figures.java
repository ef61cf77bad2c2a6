package dev.hacolo.bed.oracle;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Figures of a primary's agent at one moment.
 *
 * @param released frames that have left, by reason
 * @param checkpoints checkpoints that are over
 */
record Figures(Map<String, Long> released, long checkpoints) {
  private static final Pattern RELEASED =
      Pattern.compile("^ha_colo_released_frames_total\\{.*reason=\"([^\"]+)\".*} ([0-9.eE+]+)$");
  private static final String CHECKPOINTS = "ha_colo_checkpoint_pause_seconds_count";

  /** Reads them out of an agent's metrics. */
  static Figures of(String metrics) {
    Map<String, Long> released = new TreeMap<>();
    long checkpoints = 0;
    for (String line : metrics.lines().toList()) {
      Matcher matcher = RELEASED.matcher(line);
      if (matcher.matches()) {
        released.merge(matcher.group(1), (long) Double.parseDouble(matcher.group(2)), Long::sum);
      } else if (line.startsWith(CHECKPOINTS)) {
        checkpoints += (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return new Figures(released, checkpoints);
  }

  /** Frames that left since an earlier reading, by reason. */
  Map<String, Long> releasedSince(Figures earlier) {
    Map<String, Long> since = new TreeMap<>();
    released.forEach(
        (reason, now) -> since.put(reason, now - earlier.released.getOrDefault(reason, 0L)));
    return since;
  }
}
