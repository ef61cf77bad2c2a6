package dev.hacolo.bed.oracle.judge;

import java.util.List;

/** How long clients were without answers. */
public final class AnswerGaps {
  private AnswerGaps() {}

  /**
   * The longest time without any answer, in ms; 0 with fewer than two.
   *
   * @param after answers that came later than this count, in ns of {@link System#nanoTime}
   */
  public static long longestMs(List<Operation> history, long after) {
    long[] ends =
        history.stream()
            .filter(o -> !o.isAmbiguous() && o.end() > after)
            .mapToLong(Operation::end)
            .sorted()
            .toArray();
    long longest = 0;
    for (int i = 1; i < ends.length; i++) {
      longest = Math.max(longest, ends[i] - ends[i - 1]);
    }
    return longest / 1_000_000;
  }
}
