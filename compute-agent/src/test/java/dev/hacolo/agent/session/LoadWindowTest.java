package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.common.api.PathLoad;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link LoadWindow}: figures that only grow become the shares of the last seconds. */
class LoadWindowTest {
  private static final long SECOND = 1_000_000_000L;

  private final LoadWindow window = new LoadWindow();

  @Test
  void nothingIsSaidUntilSomeSecondsHaveBeenSeen() {
    for (int s = 0; s < 5; s++) {
      assertThat(at(s, 10L * s, 0, 0, 0)).isNull();
    }
    assertThat(at(5, 50, 0, 0, 0)).isEqualTo(new PathLoad(5, 50, 100, 0));
  }

  @Test
  void onlyTheLastSecondsCount() {
    for (int s = 0; s <= 20; s++) {
      at(s, s <= 10 ? 100L * s : 1000, 0, s <= 10 ? 0 : 300L * (s - 10), 0);
    }
    PathLoad load = Objects.requireNonNull(at(20, 1000, 0, 3000, 0));
    assertThat(load).isEqualTo(new PathLoad(10, 3000, 0, 0));
  }

  @Test
  void whatWaitsForAVerdictOrACheckpointHasWaited() {
    at(0, 0, 0, 0, 0);
    assertThat(at(10, 30, 20, 150, SECOND / 2)).isEqualTo(new PathLoad(10, 200, 25, 5));
  }

  @Test
  void anotherGateBeginsAnew() {
    at(0, 500, 0, 0, 0);
    at(6, 900, 0, 0, 0);
    assertThat(at(7, 3, 0, 0, 0)).isNull();
    assertThat(at(12, 53, 0, 50, 0)).isEqualTo(new PathLoad(5, 100, 50, 0));
    assertThat(window.load(null, 0, 13 * SECOND)).isNull();
    assertThat(at(14, 60, 0, 50, 0)).isNull();
  }

  @Test
  void anIdleGuestHasNoShares() {
    at(0, 7, 0, 0, 0);
    assertThat(at(10, 7, 0, 0, 0)).isEqualTo(new PathLoad(10, 0, 0, 0));
  }

  @Test
  void oftenAskedItKeepsLittle() {
    for (int i = 0; i < 10_000; i++) {
      window.load(gate(i, 0, 0), 0, i * SECOND / 100);
    }
    PathLoad load = Objects.requireNonNull(at(100, 10_000, 0, 0, 0));
    assertThat(load.seconds()).isBetween(9, 10);
    assertThat(window.size()).isLessThan(25);
  }

  private @Nullable PathLoad at(
      int second, long compared, long checkpointed, long early, long pausedNanos) {
    return window.load(gate(compared, checkpointed, early), pausedNanos, second * SECOND);
  }

  private static GateStatistics gate(long compared, long checkpointed, long early) {
    return new GateStatistics(
        0, 0, 0, 0, 0, 0, 0, compared, checkpointed, early, 0, 0, 0, 0, 0, 0, 0, Map.of());
  }
}
