package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PauseWindowTest {
  private final PauseWindow window = new PauseWindow();

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 35})
  void onlyWhatLiesWithinCounts(long origin) {
    window.add(origin + 10, origin + 20);
    window.add(origin + 30, origin + 50);
    assertThat(window.paused(origin, origin + 60)).isEqualTo(30);
    assertThat(window.paused(origin + 15, origin + 40)).isEqualTo(15);
    assertThat(window.paused(origin + 20, origin + 30)).isZero();
    assertThat(window.paused(origin + 32, origin + 33)).isEqualTo(1);
  }

  @Test
  void manyPausesAreBoundedAndNoneIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      window.add(10L * i, 10L * i + 3);
    }
    assertThat(window.paused(-10_000, 10_000)).isEqualTo(3000);
    assertThat(window.paused(9_000, 10_000)).isEqualTo(300);
  }
}
