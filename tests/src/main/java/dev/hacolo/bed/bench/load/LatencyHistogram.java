package dev.hacolo.bed.bench.load;

/**
 * Latencies in buckets that grow with them: 128 to each power of two, so that a percentile is at
 * most 0.8 % too high. Constant size, no allocation. Not thread-safe.
 */
final class LatencyHistogram {
  private static final int BITS = 7;
  private static final int BUCKETS = 1 << BITS;

  private final long[] counts = new long[BUCKETS * (Long.SIZE - BITS)];
  private long total;
  private long max;

  /** Adds a latency in ns; a negative one counts as 0. */
  void record(long nanos) {
    long value = Math.max(0, nanos);
    counts[index(value)]++;
    total++;
    max = Math.max(max, value);
  }

  /** Number of latencies. */
  long total() {
    return total;
  }

  /** The longest, in ns. */
  long max() {
    return max;
  }

  /**
   * The smallest latency that the given part of all does not exceed, in ns; 0 if there is none.
   *
   * @param part above 0, up to 1
   */
  long quantile(double part) {
    long wanted = Math.max(1, (long) Math.ceil(part * total));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return Math.min(max, upperBound(i));
      }
    }
    return max;
  }

  /** Below 2 * BUCKETS a bucket for each value; above, the leading BITS + 1 bits choose it. */
  private static int index(long value) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - BITS - 1);
    return shift * BUCKETS + (int) (value >>> shift);
  }

  private static long upperBound(int index) {
    int shift = Math.max(0, index / BUCKETS - 1);
    long leading = index - (long) shift * BUCKETS;
    return (leading << shift) + (1L << shift) - 1;
  }
}
