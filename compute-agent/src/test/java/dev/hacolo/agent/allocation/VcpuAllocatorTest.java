package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.common.api.VcpuAllocation;
import dev.hacolo.common.api.VcpuAllocation.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VcpuAllocatorTest {
  private static final long PROCESS = 10;
  private static final List<Long> THREADS = List.of(11L, 12L, 13L, 14L);
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  private final EventLoop loop = new EventLoop();
  private final ScriptedConfinement best = new ScriptedConfinement(Level.CGROUP_V2);
  private final ScriptedConfinement next = new ScriptedConfinement(Level.CGROUP_V1);
  private final List<LiftFailure> failures = new CopyOnWriteArrayList<>();
  private final VcpuAllocator allocator = make();

  private VcpuAllocator make() {
    return new VcpuAllocator(
        loop.vertx(), List.of(best, next), failures::add, process -> CpuList.parse("0-3"));
  }

  private VcpuAllocator started() {
    loop.get(allocator::start);
    return allocator;
  }

  private VcpuAllocation confine(UUID instance, int active) {
    return loop.get(() -> allocator.confine(instance, PROCESS, THREADS, active, 0));
  }

  private String failureOfLift() {
    Throwable failure = loop.failure(() -> allocator.lift(ONE, PROCESS, THREADS));
    assertThat(failure).isInstanceOf(StepException.class);
    return String.valueOf(failure.getMessage());
  }

  @AfterEach
  void end() {
    loop.close();
    assertThat(loop.faults()).isEmpty();
  }

  /** The gate has not been faster than confinement to CPUs in any measurement. */
  @Test
  void theGateIsTheLastMeansOfAHost(@TempDir Path directory) {
    assertThat(VcpuAllocator.ofThisHost("x", directory, ColoModule.off()))
        .extracting(VcpuConfinement::level)
        .containsExactly(Level.CGROUP_V2, Level.CGROUP_V1, Level.AFFINITY, Level.MODULE_GATE);
  }

  @Test
  void takesTheBestLevel() {
    started();
    assertThat(confine(ONE, 1))
        .isEqualTo(
            new VcpuAllocation(
                4,
                1,
                1,
                Level.CGROUP_V2,
                "3",
                0,
                "CPU 3 is used by no other secondary; CGROUP_V1 would work too, but is not"
                    + " preferred"));
    assertThat(allocator.current(ONE)).contains(confine(ONE, 1));
    assertThat(next.calls()).containsExactly("sweep");
  }

  @Test
  void saysWhyABetterLevelIsNotInUse() {
    best.unusable("cgroup v2 is not mounted");
    started();
    assertThat(confine(ONE, 1))
        .isEqualTo(
            new VcpuAllocation(
                4,
                1,
                1,
                Level.CGROUP_V1,
                "3",
                0,
                "CPU 3 is used by no other secondary; not by CGROUP_V2: cgroup v2 is not"
                    + " mounted"));
  }

  @Test
  void avoidsTheCpusOfOthersAndGivesThemBack() {
    started();
    assertThat(confine(ONE, 2).cpus()).isEqualTo("2-3");
    assertThat(confine(TWO, 1).cpus()).isEqualTo("1");
    assertThat(confine(ONE, 2).cpus()).isEqualTo("2-3");
    VcpuAllocation quota = confine(TWO, 3);
    assertThat(quota.cpus()).isEmpty();
    assertThat(quota.quotaPercent()).isEqualTo(300);
    loop.get(() -> allocator.forget(ONE));
    assertThat(confine(TWO, 3).cpus()).isEqualTo("1-3");
  }

  @Test
  void fallsToTheNextLevelIfTheBestFailsAndLeavesNothingThere() {
    started();
    confine(ONE, 1);
    best.refuse(true);
    VcpuAllocation allocation = confine(ONE, 2);
    assertThat(allocation.level()).isEqualTo(Level.CGROUP_V1);
    assertThat(allocation.reason()).endsWith("not by CGROUP_V2: the kernel refuses");
    assertThat(best.limit(ONE)).isEqualTo(Limit.NONE);
    best.refuse(false);
    assertThat(confine(ONE, 2).level()).isEqualTo(Level.CGROUP_V2);
    assertThat(next.limit(ONE)).isEqualTo(Limit.NONE);
  }

  @Test
  void runsUnconfinedIfNothingWorks() {
    best.unusable("cgroup v2 is not mounted");
    started();
    next.refuse(true);
    assertThat(confine(ONE, 1))
        .isEqualTo(
            new VcpuAllocation(
                4,
                1,
                4,
                Level.NONE,
                "",
                0,
                "not confined; not by CGROUP_V2: cgroup v2 is not mounted; not by CGROUP_V1: the"
                    + " kernel refuses"));
  }

  @Test
  void isUnconfinedBeforeTheStart() {
    assertThat(confine(ONE, 1).reason()).contains("not known yet");
  }

  @Test
  void refusesWhatMakesNoSense() {
    started();
    assertThat(loop.failure(() -> allocator.confine(ONE, PROCESS, List.of(), 1, 0)))
        .isInstanceOf(StepException.class);
    assertThat(loop.failure(() -> allocator.confine(ONE, PROCESS, THREADS, 0, 0)))
        .hasMessage("0 of 4 vCPUs cannot be confined");
  }

  @Test
  void liftsAtEveryLevelAndCleans() {
    started();
    confine(ONE, 1);
    loop.get(() -> allocator.lift(ONE, PROCESS, THREADS));
    assertThat(best.limit(ONE)).isEqualTo(Limit.NONE);
    assertThat(next.calls()).startsWith("sweep", "lift");
    assertThat(allocator.current(ONE)).map(VcpuAllocation::level).contains(Level.NONE);
    await().until(() -> best.calls().contains("clean") && next.calls().contains("clean"));
    assertThat(confine(TWO, 4).level()).isEqualTo(Level.NONE);
    assertThat(failures).isEmpty();
  }

  @Test
  void allVcpusLiftALimit() {
    started();
    confine(ONE, 1);
    assertThat(confine(ONE, 4).reason()).isEqualTo("all 4 vCPUs may run");
    assertThat(best.limit(ONE)).isEqualTo(Limit.NONE);
  }

  @Test
  void liftsWhatThisRunHasNotConfined() {
    started();
    loop.get(() -> allocator.lift(ONE, PROCESS, THREADS));
    assertThat(best.calls()).startsWith("sweep", "lift");
    assertThat(allocator.current(ONE)).isEmpty();
  }

  @Test
  void aLevelMayFailOnceUntilTheOthersHaveLifted() {
    started();
    best.failLifts(1);
    loop.get(() -> allocator.lift(ONE, PROCESS, THREADS));
    assertThat(failures).isEmpty();
  }

  @Test
  void aFailureToLiftIsToldAndTriedAgain() {
    started();
    confine(ONE, 1);
    best.failLifts(6);
    assertThat(failureOfLift()).isEqualTo("CPUs of thread 11 are still 1");
    await().until(() -> best.limit(ONE).isNone());
    assertThat(failures)
        .extracting(LiftFailure::instance, LiftFailure::attempt, LiftFailure::last)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(ONE, 1, false),
            org.assertj.core.groups.Tuple.tuple(ONE, 2, false),
            org.assertj.core.groups.Tuple.tuple(ONE, 3, false));
    await().until(() -> allocator.current(ONE).filter(a -> a.level() == Level.NONE).isPresent());
  }

  @Test
  void theStatusSaysThatALimitIsLeft() {
    started();
    confine(ONE, 1);
    best.failLifts(Integer.MAX_VALUE);
    failureOfLift();
    VcpuAllocation left = allocator.current(ONE).orElseThrow();
    assertThat(left.level()).isEqualTo(Level.CGROUP_V2);
    assertThat(left.reason())
        .isEqualTo("the limit could not be lifted: CPUs of thread 11 are still 1");
  }

  @Test
  void aLimitOfAnEarlierRunThatStaysIsNotCalledLifted() {
    started();
    best.failLifts(Integer.MAX_VALUE);
    assertThat(confine(ONE, 4).reason()).startsWith("the limit could not be lifted");
  }

  @Test
  void noFurtherTriesOnceForgotten() {
    started();
    best.failLifts(Integer.MAX_VALUE);
    failureOfLift();
    loop.get(() -> allocator.forget(ONE));
    int told = failures.size();
    loop.get(() -> later(Backoff.LIFT.afterMillis(told) * 2));
    assertThat(failures).hasSizeLessThanOrEqualTo(told + 1);
    assertThat(allocator.current(ONE)).isEmpty();
  }

  private io.vertx.core.Future<Void> later(long millis) {
    return loop.vertx().timer(millis).mapEmpty();
  }

  @Test
  void aNewLimitEndsTheTriesToLiftTheOld() {
    started();
    confine(ONE, 1);
    best.failLifts(2);
    failureOfLift();
    VcpuAllocation allocation = confine(ONE, 2);
    loop.get(() -> later(Backoff.LIFT.afterMillis(1) * 3));
    assertThat(allocator.current(ONE)).contains(allocation);
    assertThat(best.limit(ONE).cpus()).hasSize(2);
  }

  @Test
  void forgettingIsTriedAgain() {
    started();
    confine(ONE, 1);
    best.failCleans(2);
    assertThat(loop.failure(() -> allocator.forget(ONE))).hasMessage("a group is busy");
    await().until(() -> best.limit(ONE).isNone());
    assertThat(allocator.current(ONE)).isEmpty();
  }

  @Test
  void theStartSweepsEveryLevelUntilNothingIsLeft() {
    best.unusable("no");
    best.failSweeps(2);
    started();
    assertThat(failures)
        .containsExactly(
            new LiftFailure(null, 1, "a group cannot be lifted", false),
            new LiftFailure(null, 2, "a group cannot be lifted", false));
    assertThat(Collections.frequency(next.calls(), "sweep")).isEqualTo(3);
  }

  @Test
  void theStartDoesNotFailIfALimitStays() {
    best.failSweeps(Integer.MAX_VALUE);
    started();
    assertThat(failures).hasSize(Backoff.SWEEP.attempts());
    assertThat(failures.get(failures.size() - 1).last()).isTrue();
    assertThat(confine(ONE, 1).level()).isEqualTo(Level.CGROUP_V2);
  }

  @Test
  void callsForAnInstanceAreCarriedOutInTheirOrder() {
    started();
    List<io.vertx.core.Future<?>> all = new ArrayList<>();
    loop.run(
        () -> {
          for (int i = 0; i < 20; i++) {
            all.add(allocator.confine(ONE, PROCESS, THREADS, 1 + i % 3, 0));
            all.add(allocator.lift(ONE, PROCESS, THREADS));
          }
        });
    loop.get(() -> io.vertx.core.Future.all(all));
    assertThat(best.limit(ONE)).isEqualTo(Limit.NONE);
    assertThat(allocator.current(ONE)).map(VcpuAllocation::level).contains(Level.NONE);
  }

  @Test
  void futuresCompleteOnTheCallersContext() {
    started();
    io.vertx.core.Context context = loop.call(() -> loop.vertx().getOrCreateContext());
    boolean same =
        loop.get(
            () ->
                allocator
                    .confine(ONE, PROCESS, THREADS, 1, 0)
                    .map(a -> io.vertx.core.Vertx.currentContext() == context));
    assertThat(same).isTrue();
  }
}
