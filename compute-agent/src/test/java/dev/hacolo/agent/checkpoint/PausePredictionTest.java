package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PausePredictionTest {
  private static final long MS = 1_000_000;
  private static final OptionalLong UNKNOWN = OptionalLong.empty();

  private final PausePrediction prediction = new PausePrediction();

  @Test
  void withoutAnyPauseOneIsAssumed() {
    assertThat(prediction.predict(UNKNOWN)).isEqualTo(50 * MS);
    assertThat(prediction.predict(OptionalLong.of(1_000_000))).isEqualTo(50 * MS);
  }

  @Test
  void steadyPausesArePredictedAsTheyAre() {
    for (int i = 0; i < 40; i++) {
      prediction.observe(80 * MS, UNKNOWN);
    }
    assertThat(prediction.predict(UNKNOWN)).isBetween(80 * MS, 81 * MS);
  }

  @Test
  void unsteadyOnesArePredictedAboveTheirMean() {
    for (int i = 0; i < 40; i++) {
      prediction.observe((i % 2 == 0 ? 40 : 80) * MS, UNKNOWN);
    }
    assertThat(prediction.predict(UNKNOWN)).isBetween(70 * MS, 90 * MS);
  }

  @Test
  void dirtyPagesTellMoreThanTheMean() {
    for (int i = 0; i < 40; i++) {
      long pages = 1_000 + 500L * (i % 7);
      prediction.observe(10 * MS + pages * 10_000, OptionalLong.of(pages));
    }
    assertThat(prediction.predict(OptionalLong.of(8_000))).isBetween(89 * MS, 91 * MS);
    assertThat(prediction.predict(OptionalLong.of(0))).isBetween(9 * MS, 11 * MS);
  }

  @Test
  void pagesThatNeverChangeTellNothing() {
    for (int i = 0; i < 10; i++) {
      prediction.observe((20 + i % 3) * MS, OptionalLong.of(1_000));
    }
    assertThat(prediction.predict(OptionalLong.of(50_000))).isBetween(20 * MS, 24 * MS);
  }

  @Test
  void theRangeIsKept() {
    prediction.observe(1, UNKNOWN);
    assertThat(prediction.predict(UNKNOWN)).isEqualTo(MS);
    for (int i = 0; i < 40; i++) {
      prediction.observe(3_600_000 * MS, UNKNOWN);
    }
    assertThat(prediction.predict(UNKNOWN)).isEqualTo(10_000 * MS);
  }
}
