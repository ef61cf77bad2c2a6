package dev.hacolo.bed.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void quantilesAreAtMostOneBucketTooHigh() {
    long seed = 20260;
    SplittableRandom random = new SplittableRandom(seed);
    long[] values = random.longs(10_000, 0, 1L << 34).map(v -> v >>> random.nextInt(34)).toArray();
    LatencyHistogram histogram = new LatencyHistogram();
    Arrays.stream(values).forEach(histogram::record);
    Arrays.sort(values);
    for (double part : new double[] {0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[(int) Math.ceil(part * values.length) - 1];
      assertThat(histogram.quantile(part))
          .as("quantile %s, seed %d", part, seed)
          .isBetween(exact, exact + exact / 128);
    }
    assertThat(histogram.total()).isEqualTo(10_000);
    assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
  }

  @Test
  void extremesHaveBuckets() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertThat(histogram.quantile(0.5)).isZero();
    histogram.record(-5);
    assertThat(histogram.quantile(1)).isZero();
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.quantile(1)).isEqualTo(Long.MAX_VALUE);
    assertThat(histogram.quantile(0.5)).isZero();
  }
}
