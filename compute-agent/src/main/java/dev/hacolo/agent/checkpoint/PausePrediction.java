package dev.hacolo.agent.checkpoint;

import java.util.OptionalLong;

/**
 * Predicts the next pause: mean of the recent ones plus their mean deviation, both smoothed as RFC
 * 6298 does with round-trip times; where the dirty pages of the epoch are known, a line through
 * recent pauses over pages. Not thread-safe.
 */
final class PausePrediction {
  private static final long MILLISECOND = 1_000_000;
  private static final long UNKNOWN = 50 * MILLISECOND;
  private static final long LONGEST = 10_000 * MILLISECOND;

  /** What a pause still weighs when the next one has come. */
  private static final double FADING = 0.9;

  /** Below this relative spread of pages a slope would be noise. */
  private static final double LEAST_SPREAD = 0.05;

  private double mean;
  private double deviation;

  // Fading sums over those pauses whose pages are known.
  private double weight;
  private double pages;
  private double pauses;
  private double squares;
  private double products;

  /**
   * A pause is over.
   *
   * @param dirtyPages what was known to be dirty when it began
   */
  void observe(long nanos, OptionalLong dirtyPages) {
    if (mean == 0) {
      mean = nanos;
      deviation = nanos / 2.0;
    } else {
      deviation += (Math.abs(nanos - mean) - deviation) / 4;
      mean += (nanos - mean) / 8;
    }
    dirtyPages.ifPresent(count -> learn((double) count, (double) nanos));
  }

  private void learn(double count, double nanos) {
    weight = FADING * weight + 1;
    pages = FADING * pages + count;
    pauses = FADING * pauses + nanos;
    squares = FADING * squares + count * count;
    products = FADING * products + count * nanos;
  }

  /** Length of the next pause in nanoseconds, 1 ms to 10 s; 50 ms before there was any. */
  long predict(OptionalLong dirtyPages) {
    if (mean == 0) {
      return UNKNOWN;
    }
    double plain = mean + deviation;
    double nanos = dirtyPages.isPresent() ? byPages((double) dirtyPages.getAsLong(), plain) : plain;
    return (long) Math.max(MILLISECOND, Math.min(LONGEST, nanos));
  }

  private double byPages(double count, double otherwise) {
    double meanPages = weight == 0 ? 0 : pages / weight;
    double variance = weight == 0 ? 0 : squares / weight - meanPages * meanPages;
    if (variance <= LEAST_SPREAD * LEAST_SPREAD * meanPages * meanPages) {
      return otherwise;
    }
    double meanPause = pauses / weight;
    double slope = Math.max(0, (products / weight - meanPages * meanPause) / variance);
    return meanPause + slope * (count - meanPages);
  }
}
