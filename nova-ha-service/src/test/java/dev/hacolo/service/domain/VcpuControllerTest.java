package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.PathLoad;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Automatic mode, driven by traces of reports. */
class VcpuControllerTest {
  private static final int VCPUS = 4;
  private static final long SECOND = 1000;
  private static final FlavorSpec LIMITS =
      new FlavorSpec(VCPUS, true, 50, FlavorSpec.Release.STRICT, 500, 10_000, 20);

  private final VcpuController controller = new VcpuController(VCPUS, VCPUS, LIMITS, 0);
  private final List<String> changes = new ArrayList<>();
  private long now;

  /** The same report each second for some time. */
  private void seconds(int count, double waiting, double paused, long outputs) {
    for (int i = 0; i < count; i++) {
      now += SECOND;
      controller
          .on(new PathLoad(10, outputs, waiting, paused), now)
          .ifPresent(change -> changes.add("%d s: %d".formatted(now / SECOND, change.active())));
    }
  }

  @Test
  void withinTheLimitsItComesDownToOneStepByStep() {
    seconds(600, 10, 5, 10_000);
    assertThat(changes).containsExactly("70 s: 3", "140 s: 2", "210 s: 1");
  }

  @Test
  void anIdleGuestTellsNothing() {
    seconds(600, 0, 0, 5);
    assertThat(changes).isEmpty();
  }

  @Test
  void oneBadReportChangesNothingAndTwoDo() {
    seconds(70, 10, 5, 10_000);
    changes.clear();
    seconds(30, 10, 5, 10_000);
    seconds(10, 60, 5, 10_000);
    seconds(30, 10, 5, 10_000);
    assertThat(changes).isEmpty();
    seconds(20, 60, 5, 10_000);
    assertThat(changes).singleElement().asString().endsWith(": 4");
  }

  @Test
  void eitherLimitCountsAndFarOverItIsTwiceAsMany() {
    seconds(220, 10, 5, 10_000);
    assertThat(controller.active()).isEqualTo(1);
    seconds(40, 10, 25, 10_000);
    assertThat(controller.active()).isEqualTo(2);
    seconds(60, 10, 60, 10_000);
    assertThat(controller.active()).isEqualTo(4);
  }

  @Test
  void whatProvedTooSmallIsTriedLessAndLessOften() {
    List<Long> tries = new ArrayList<>();
    for (int i = 0; i < 6 * 3600; i++) {
      boolean enough = controller.active() >= 3;
      int before = controller.active();
      seconds(1, enough ? 10 : 60, 5, 10_000);
      if (controller.active() == 2 && before == 3) {
        tries.add(now / SECOND);
      }
    }
    assertThat(tries.size()).isBetween(5, 8);
    for (int i = 2; i < tries.size(); i++) {
      long last = tries.get(i - 1) - tries.get(i - 2);
      assertThat(tries.get(i) - tries.get(i - 1)).isGreaterThan(3 * last / 2);
    }
  }

  @Test
  void changesKeepTheirDistance() {
    for (int i = 0; i < 200; i++) {
      seconds(20, 90, 50, 10_000);
      seconds(61, 1, 1, 10_000);
    }
    long last = -1000;
    for (String change : changes) {
      long at = Long.parseLong(change.substring(0, change.indexOf(' ')));
      assertThat(at - last).isGreaterThanOrEqualTo(30);
      last = at;
    }
    assertThat(changes).isNotEmpty();
  }

  @Test
  void itStaysWithinTheGuestsNumber() {
    seconds(600, 99, 90, 10_000);
    assertThat(changes).isEmpty();
    VcpuController one = new VcpuController(1, 1, LIMITS, 0);
    for (long t = 1; t < 600; t++) {
      assertThat(one.on(new PathLoad(10, 10_000, t % 100, 5), t * SECOND)).isEmpty();
    }
  }

  @Test
  void aChangeThatCouldNotBeMadeLeavesTheNumberAsItWas() {
    seconds(70, 10, 5, 10_000);
    assertThat(controller.active()).isEqualTo(3);
    controller.refused(4);
    assertThat(controller.active()).isEqualTo(4);
  }
}
