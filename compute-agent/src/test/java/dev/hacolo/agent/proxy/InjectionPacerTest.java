package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class InjectionPacerTest {
  private static final long MICRO = 1000;

  private final List<Integer> given = new ArrayList<>();
  private final List<Long> calls = new ArrayList<>();
  private final InjectionPacer pacer =
      new InjectionPacer(
          new InjectionPacer.Port() {
            @Override
            public void inject(int nic, Frame frame) {
              given.add(frame.bytes()[0] & 0xff);
            }

            @Override
            public void callIn(long nanos) {
              calls.add(nanos);
            }
          });

  private void add(int number, boolean asks, long micros) {
    pacer.add(0, new Frame(new byte[] {(byte) number}, 0), asks, micros * MICRO);
  }

  @Test
  void anIdleVmGetsARequestAtOnce() {
    add(1, true, 0);
    assertThat(given).containsExactly(1);
    assertThat(calls).isEmpty();
  }

  @Test
  void aBusyVmGetsTheOthersTogetherWhenItHasSentSomething() {
    add(1, true, 0);
    add(2, true, 10);
    add(3, true, 20);
    assertThat(given).containsExactly(1);
    pacer.answered(30 * MICRO);
    assertThat(given).containsExactly(1, 2, 3);
    add(4, true, 40); // busy with 2 and 3
    assertThat(given).hasSize(3);
  }

  @Test
  void whatIsAddedTogetherGoesTogether() {
    pacer.together(
        () -> {
          add(1, true, 0);
          pacer.together(() -> add(2, true, 0), 0);
          assertThat(given).isEmpty();
        },
        0);
    assertThat(given).containsExactly(1, 2);
    pacer.together(() -> add(3, true, 10), 10 * MICRO);
    assertThat(given).hasSize(2); // busy
    assertThat(calls).hasSize(1);
    pacer.answered(20 * MICRO);
    assertThat(given).containsExactly(1, 2, 3);
  }

  @Test
  void whatAsksNothingWaitsForARequestAndKeepsItsPlace() {
    add(1, false, 0);
    assertThat(given).isEmpty();
    assertThat(calls).hasSize(1);
    add(2, true, 10);
    assertThat(given).containsExactly(1, 2);
  }

  @Test
  void nothingWaitsLongerThanTheVmUsuallyTakes() {
    add(1, false, 0);
    long wait = calls.get(0);
    assertThat(wait).isBetween(1L, InjectionPacer.MAX_WAIT_NANOS);
    pacer.due(wait - 1);
    assertThat(given).isEmpty();
    assertThat(calls).hasSize(2);
    pacer.due(wait);
    assertThat(given).containsExactly(1);
    assertThat(calls).hasSize(2);
  }

  @Test
  void aVmThatAnswersNothingIsNotBusyForEver() {
    add(1, true, 0);
    add(2, true, 2000);
    assertThat(given).containsExactly(1, 2);
  }

  @Test
  void slowAnswersMakeTheWaitLongerUpToItsBound() {
    for (int i = 0; i < 200; i++) {
      add(1, true, i * 100_000L);
      pacer.answered(i * 100_000L * MICRO + 50_000 * MICRO);
    }
    given.clear();
    calls.clear();
    add(2, false, 100_000_000);
    assertThat(calls.get(0))
        .isBetween(InjectionPacer.MAX_WAIT_NANOS / 2, InjectionPacer.MAX_WAIT_NANOS);
  }

  @Test
  void thereIsABoundOnWhatWaits() {
    for (int i = 0; i < InjectionPacer.MAX_WAITING; i++) {
      add(1, false, 0);
    }
    assertThat(given).hasSize(InjectionPacer.MAX_WAITING);
  }

  @Test
  void aNewStateHasWhatWaited() {
    add(1, true, 0);
    add(2, true, 10);
    pacer.loaded();
    pacer.due(10_000 * MICRO);
    assertThat(given).containsExactly(1);
    add(3, true, 20);
    assertThat(given).containsExactly(1, 3);
  }

  @Test
  void aServingVmGetsEverythingAtOnce() {
    add(1, true, 0);
    add(2, true, 10);
    pacer.end(20 * MICRO);
    add(3, true, 21);
    add(4, false, 22);
    assertThat(given).containsExactly(1, 2, 3, 4);
  }

  @Test
  void orderIsKeptAndNothingIsLostWhateverHappens() {
    SplittableRandom random = new SplittableRandom(7);
    long now = 0;
    int added = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(200);
      switch (random.nextInt(4)) {
        case 0 -> pacer.answered(now * MICRO);
        case 1 -> pacer.due(now * MICRO);
        default -> add(added++ & 0xff, random.nextBoolean(), now);
      }
    }
    pacer.end(now * MICRO);
    assertThat(given).hasSize(added);
    for (int i = 0; i < added; i++) {
      assertThat(given.get(i)).isEqualTo(i & 0xff);
    }
  }
}
