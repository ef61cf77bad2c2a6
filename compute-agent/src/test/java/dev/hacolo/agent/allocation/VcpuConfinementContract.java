package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.domain.StepException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What every {@link VcpuConfinement} does, on the threads of real processes. */
abstract class VcpuConfinementContract {
  static final long SELF = ProcessHandle.current().pid();

  /** What the agent under test is called. */
  static final String MINE = "ha-colo-test-%d".formatted(SELF);

  /** Another agent of the machine. */
  static final String OTHER = "ha-colo-test-%d-b".formatted(SELF);

  private static final int VCPUS = 2;
  private static final int TRIES = 21;

  final UUID instance = UUID.randomUUID();
  final VcpuProcess process = new VcpuProcess(VCPUS + 1);
  final VcpuThreads vcpus = process.vcpus(instance, VCPUS);

  /** An object that an agent would make as it starts. */
  abstract VcpuConfinement make(String agent);

  /** Two different limits of this kind. */
  abstract List<Limit> limits();

  /** What confines a thread, by other means than the class under test. */
  abstract Limit observed(long pid, long thread);

  /** What is left behind of an agent. */
  abstract List<String> remains(String agent);

  @BeforeEach
  final void needsTheMachine() {
    Optional<String> reason = make(MINE).unusable();
    if (reason.isPresent()) {
      process.close();
    }
    Assumptions.assumeTrue(reason.isEmpty(), reason.orElse(""));
  }

  @AfterEach
  final void end() {
    process.close();
    for (String agent : List.of(MINE, OTHER)) {
      await()
          .untilAsserted(
              () -> {
                make(agent).sweep();
                assertThat(remains(agent)).isEmpty();
              });
    }
  }

  private Limit observed(int index) {
    return observed(process.pid(), process.thread(index));
  }

  private void assertConfined(Limit limit) {
    assertThat(List.of(observed(0), observed(1))).containsOnly(limit);
    assertThat(make(MINE).inForce(vcpus).values()).hasSize(VCPUS).containsOnly(limit);
  }

  @Test
  void findsOutByTryingAndLeavesNothing() {
    assertThat(remains(MINE)).isEmpty();
    assertThat(observed(SELF, ThreadFacts.self())).isEqualTo(Limit.NONE);
  }

  @Test
  void confinesTheGivenThreadsAndNoOther() {
    make(MINE).apply(vcpus, limits().get(0));
    assertConfined(limits().get(0));
    assertThat(observed(VCPUS)).isEqualTo(Limit.NONE);
    assertThat(observed(process.pid(), process.pid())).isEqualTo(Limit.NONE);
  }

  @Test
  void confinesAsItPlans() {
    VcpuConfinement subject = make(MINE);
    CorePlan.Room room = new CorePlan.Room(ThreadFacts.cpus(process.pid()), java.util.Map.of(), 0);
    Limit limit = subject.plan(room, VCPUS, 1).limit();
    subject.apply(vcpus, limit);
    assertConfined(limit);
  }

  @Test
  void changesALimitInPlace() {
    VcpuConfinement subject = make(MINE);
    for (Limit limit : List.of(limits().get(0), limits().get(1), limits().get(0))) {
      subject.apply(vcpus, limit);
      assertConfined(limit);
    }
  }

  @Test
  void liftGivesEverythingBack() {
    VcpuConfinement subject = make(MINE);
    subject.apply(vcpus, limits().get(0));
    subject.lift(vcpus);
    assertConfined(Limit.NONE);
    subject.lift(vcpus);
    assertConfined(Limit.NONE);
    subject.apply(vcpus, limits().get(1));
    assertConfined(limits().get(1));
  }

  @Test
  void liftIsFast() {
    VcpuConfinement subject = make(MINE);
    long[] micros = new long[TRIES];
    for (int i = 0; i < TRIES; i++) {
      subject.apply(vcpus, limits().get(0));
      long began = System.nanoTime();
      subject.lift(vcpus);
      micros[i] = (System.nanoTime() - began) / 1000;
    }
    java.util.Arrays.sort(micros);
    LoggerFactory.getLogger(getClass())
        .info("lift: median {} us, longest {} us", micros[TRIES / 2], micros[TRIES - 1]);
    assertThat(micros[TRIES / 2]).isLessThan(100_000);
  }

  @Test
  void liftOfThreadsThatWereNeverConfinedIsFine() {
    make(MINE).lift(vcpus);
    assertConfined(Limit.NONE);
  }

  @Test
  void liftsWhatAnEarlierRunLimited() {
    make(MINE).apply(vcpus, limits().get(0));
    make(MINE).lift(vcpus);
    assertConfined(Limit.NONE);
  }

  @Test
  void sweepLiftsWhatACrashLeftAndRemovesIt() {
    make(MINE).apply(vcpus, limits().get(0));
    make(MINE).sweep();
    assertConfined(Limit.NONE);
    assertThat(remains(MINE)).isEmpty();
  }

  @Test
  void sweepLeavesOtherAgentsAlone() {
    make(OTHER).apply(vcpus, limits().get(0));
    make(MINE).sweep();
    assertThat(observed(0)).isEqualTo(limits().get(0));
    assertThat(observed(1)).isEqualTo(limits().get(0));
  }

  @Test
  void aThreadThatHasEndedIsNamed() {
    process.end(1);
    VcpuConfinement subject = make(MINE);
    assertThatThrownBy(() -> subject.apply(vcpus, limits().get(0)))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("thread %d has ended", process.thread(1));
    subject.lift(vcpus);
    assertThat(observed(0)).isEqualTo(Limit.NONE);
    assertThat(subject.inForce(vcpus)).containsOnlyKeys(process.thread(0));
    subject.clean(instance);
    assertThat(remains(MINE)).isEmpty();
  }

  @Test
  void aProcessThatHasEndedLeavesNothing() {
    VcpuConfinement subject = make(MINE);
    subject.apply(vcpus, limits().get(0));
    process.close();
    subject.lift(vcpus);
    assertThat(subject.inForce(vcpus)).isEmpty();
    assertThatThrownBy(() -> subject.apply(vcpus, limits().get(0)))
        .isInstanceOf(StepException.class);
    subject.clean(instance);
    assertThat(remains(MINE)).isEmpty();
  }

  @Test
  void cleanFreesWhatIsStillConfined() {
    VcpuConfinement subject = make(MINE);
    subject.apply(vcpus, limits().get(0));
    subject.clean(instance);
    subject.clean(instance);
    assertConfined(Limit.NONE);
    assertThat(remains(MINE)).isEmpty();
  }

  @Test
  void instancesDoNotDisturbEachOther() {
    try (VcpuProcess second = new VcpuProcess(VCPUS)) {
      VcpuThreads others = second.vcpus(UUID.randomUUID(), VCPUS);
      VcpuConfinement subject = make(MINE);
      subject.apply(others, limits().get(1));
      subject.apply(vcpus, limits().get(0));
      subject.lift(vcpus);
      subject.clean(instance);
      assertThat(observed(second.pid(), second.thread(0))).isEqualTo(limits().get(1));
      subject.lift(others);
      assertThat(observed(second.pid(), second.thread(0))).isEqualTo(Limit.NONE);
    }
  }

  /** A limit to the CPU at an index of those that this process may use. */
  static Limit cpu(int index) {
    List<Integer> cpus = List.copyOf(ThreadFacts.cpus(SELF));
    Assumptions.assumeTrue(cpus.size() > 1, "needs two CPUs");
    return Limit.toCpus(new TreeSet<>(List.of(cpus.get(index))));
  }
}
