package dev.hacolo.bed.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One figure of several repetitions; at least one. */
final class Sample {
  private final double[] sorted;

  private Sample(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a sample of nothing");
    }
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  static Sample of(double... values) {
    return new Sample(values);
  }

  static Sample of(Collection<Row> rows, ToDoubleFunction<Row> figure) {
    return new Sample(rows.stream().mapToDouble(figure).toArray());
  }

  /** The one in the middle, or the mean of the two that are. */
  double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** Lowest. */
  double min() {
    return sorted[0];
  }

  /** Highest. */
  double max() {
    return sorted[sorted.length - 1];
  }

  /**
   * The median, and behind it, if there was more than one value, lowest and highest.
   *
   * @param format of one number, for {@link String#format}
   */
  String text(String format) {
    String median = String.format(Locale.ROOT, format, median());
    return sorted.length == 1
        ? median
        : String.format(
            Locale.ROOT, "%s [" + format + "..".concat(format) + "]", median, min(), max());
  }
}
