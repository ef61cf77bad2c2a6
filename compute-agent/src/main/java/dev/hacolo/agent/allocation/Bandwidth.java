package dev.hacolo.agent.allocation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU time in the scheduler's terms; see the kernel's sched-bwc.rst.
 *
 * @param quota µs in each period, at least 1000
 * @param period µs, 1000 to 1,000,000
 */
record Bandwidth(long quota, long period) {
  /** Short, because a thread may wait for the rest of a period before it stops for a checkpoint. */
  private static final long PERIOD = 10_000;

  private static final long LONGER = 100_000;
  private static final int SMALL_PERCENT = 10;
  private static final Pattern MAX = Pattern.compile("(\\d+) (\\d+)");

  static Bandwidth ofPercent(int percent) {
    long period = percent < SMALL_PERCENT ? LONGER : PERIOD;
    return new Bandwidth(period * percent / 100, period);
  }

  /** In percent of one CPU, above 0. */
  int percent() {
    return (int) Math.max(1, Math.round(100.0 * quota / period));
  }

  /** Percent of one CPU that {@code cpu.max} of cgroup v2 allows; 0 without a quota. */
  static int percentOf(String max) {
    Matcher matcher = MAX.matcher(max);
    return matcher.matches()
        ? new Bandwidth(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
            .percent()
        : 0;
  }
}
