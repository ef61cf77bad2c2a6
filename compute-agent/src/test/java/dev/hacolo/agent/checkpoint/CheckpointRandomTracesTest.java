package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random traffic of a VM whose frames wait for a checkpoint, as the gate would tell of it. The seed
 * replays a failure.
 */
final class CheckpointRandomTracesTest {
  private static final long MS = 1_000_000;
  private static final long HOLD = 300 * MS;
  private static final long INTERVAL = 3_000 * MS;
  private static final long LONGEST_LATENCY = 10 * MS;
  private static final long STEP = MS / 2;
  private static final long LENGTH = 40_000 * MS;

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 20", "3, 20", "4, 5", "5, 5", "6, 60", "7, 90", "8, 1", "20180901, 20"})
  void boundsHoldWhileQemuObeys(long seed, int percent) {
    Trace trace = new Trace(seed, percent, false);
    trace.run(LENGTH, true);
    trace.run(10_000 * MS, false);
    assertThat(trace.waiting).as("frames that nothing serves").isEmpty();
    assertThat(trace.oldest)
        .isLessThanOrEqualTo(HOLD + LONGEST_LATENCY + trace.longestPause + STEP);
    assertThat(trace.longestGap).isLessThanOrEqualTo(INTERVAL + LONGEST_LATENCY);
    assertThat(trace.worstExcess).as("beyond the share").isLessThanOrEqualTo(STEP);
    // The traces reach what the bounds are about.
    assertThat(trace.checkpoints).isGreaterThan(30);
    assertThat(trace.served).isGreaterThan(100);
    assertThat(trace.granted > 30 || percent < 20).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"11, 20", "12, 20", "13, 5", "14, 60", "15, 1"})
  void noCauseIsLostWhateverFails(long seed, int percent) {
    Trace trace = new Trace(seed, percent, true);
    trace.run(LENGTH, true);
    trace.failing = false;
    trace.run(15_000 * MS, false);
    assertThat(trace.waiting).isEmpty();
    assertThat(trace.served).isGreaterThan(100);
    assertThat(trace.refused).isGreaterThan(3);
    assertThat(trace.lost).isGreaterThan(3);
    assertThat(trace.uncertain).isGreaterThan(3);
    assertThat(trace.strangers).isGreaterThan(3);
  }

  private enum Vm {
    RUNNING,
    STOPPING,
    STANDS
  }

  private record Pause(long begin, long end) {}

  /** A VM, its gate and its QEMU, with an own account of what the controller promises. */
  private static final class Trace {
    final Random random;
    final CheckpointSettings settings;
    final CheckpointController controller;
    final double share;
    final List<Long> waiting = new ArrayList<>();
    final List<Pause> pauses = new ArrayList<>();
    final Set<CheckpointCause> raised = EnumSet.noneOf(CheckpointCause.class);
    boolean failing;
    long now = 7;
    long oldest;
    long longestPause;
    long longestGap;
    double worstExcess;
    int checkpoints;
    int served;
    int granted;
    int refused;
    int lost;
    int uncertain;
    int strangers;
    private Vm vm = Vm.RUNNING;
    private boolean outstanding;
    private boolean grantedNow;
    private long predicted;
    private long longestPredicted;
    private long changeAt;
    private long stoppedAt;
    private long lastStop = now;
    private long lastAsked = now;
    private long seals;
    private long qemuTimer = now + INTERVAL;
    private int burst;

    Trace(long seed, int percent, boolean failing) {
      random = new Random(seed);
      this.failing = failing;
      settings = new CheckpointSettings(HOLD, INTERVAL, percent);
      share = percent / 100.0;
      controller = new CheckpointController(settings, now);
    }

    void run(long length, boolean traffic) {
      for (long end = now + length; now < end; now += STEP) {
        if (vm == Vm.RUNNING && traffic) {
          traffic();
        }
        age();
        qemu();
        look();
      }
    }

    /** Quiet times, single frames, and bursts of many. */
    private void traffic() {
      if (burst == 0 && random.nextInt(6_000) == 0) {
        burst = 1 + random.nextInt(1_500);
      }
      boolean frame = burst > 0 ? random.nextInt(10) == 0 : random.nextInt(1_500) == 0;
      burst = Math.max(0, burst - 1);
      if (frame) {
        waiting.add(now);
        raise(
            random.nextInt(5) == 0
                ? CheckpointCause.GUEST_OPENS_CONNECTION
                : CheckpointCause.DIVERGENCE);
      }
    }

    /** As the gate does: each cause once an epoch. */
    private void raise(CheckpointCause cause) {
      if (raised.add(cause)) {
        controller.raised(cause, seals, settings.deadline(cause, now));
      }
    }

    private void age() {
      if (vm == Vm.RUNNING && !waiting.isEmpty() && now - waiting.get(0) >= HOLD) {
        raise(CheckpointCause.HOLD_TIME);
      }
    }

    private void qemu() {
      if (vm == Vm.RUNNING && now >= qemuTimer) {
        stopAfter(0);
      } else if (vm == Vm.RUNNING && failing && random.nextInt(4_000) == 0) {
        strangers++;
        controller.stopped(now);
        controller.continued();
      } else if (vm == Vm.STOPPING && now >= changeAt) {
        stop();
      } else if (vm == Vm.STANDS && now >= changeAt) {
        resume();
      }
    }

    private void stopAfter(long latency) {
      vm = Vm.STOPPING;
      changeAt = now + latency;
      qemuTimer = now + INTERVAL;
    }

    private void stop() {
      longestGap = Math.max(longestGap, now - lastStop);
      lastStop = now;
      vm = Vm.STANDS;
      stoppedAt = now;
      outstanding = false;
      changeAt = now + (5 + random.nextInt(60)) * MS;
      controller.stopped(now);
    }

    private void resume() {
      boolean certain = !failing || random.nextInt(4) != 0;
      boolean late = !certain && random.nextBoolean();
      if (!late) {
        seal(certain);
      }
      vm = Vm.RUNNING;
      longestPause = Math.max(longestPause, now - stoppedAt);
      pauses.add(new Pause(stoppedAt, now));
      CheckpointRecord record = controller.resumed(now).orElseThrow();
      assertThat(record.certain()).isEqualTo(certain);
      assertThat(record.pauseNanos()).isEqualTo(now - stoppedAt);
      assertThat(record.number()).isEqualTo(++checkpoints);
      assertThat(record.causes()).isNotEmpty();
      if (grantedNow) {
        worstExcess = Math.max(worstExcess, excess());
      }
      grantedNow = false;
      if (late) {
        seal(false);
      }
    }

    /** What the seal covers is served; a frame that came right behind it is not. */
    private void seal(boolean certain) {
      controller.sealed(++seals, certain);
      raised.clear();
      if (certain) {
        served += waiting.size();
        waiting.forEach(since -> oldest = Math.max(oldest, now - since));
        waiting.clear();
      } else {
        uncertain++;
        if (!waiting.isEmpty()) {
          raise(CheckpointCause.UNCERTAIN_SEAL);
        }
      }
      if (random.nextInt(4) == 0) {
        waiting.add(now);
        raise(CheckpointCause.DIVERGENCE);
      }
    }

    /** How much more than their share the pauses of a window that ends now have taken. */
    private double excess() {
      long longest = Math.max(longestPause, longestPredicted);
      double window = Math.max(5_000.0 * MS, 8.0 * longest / share);
      double paused = 0;
      for (Pause pause : pauses) {
        paused += Math.max(0.0, pause.end() - Math.max((double) pause.begin(), now - window));
      }
      long overrun = Math.max(0, now - stoppedAt - predicted);
      return paused - share * window - overrun;
    }

    private void look() {
      CheckpointOrder order = controller.next(now);
      assertThat(order.lookAgainAt().isEmpty()).isEqualTo(vm == Vm.STANDS);
      if (!order.askNow()) {
        assertThat(vm != Vm.RUNNING || order.lookAgainAt().getAsLong() > now).isTrue();
        return;
      }
      assertThat(vm).as("nothing is asked for between STOP and RESUME").isNotEqualTo(Vm.STANDS);
      assertThat(!outstanding || now - lastAsked >= 2_000 * MS).isTrue();
      ask();
    }

    private void ask() {
      lastAsked = now;
      predicted = controller.predictedPause();
      boolean forced =
          now - lastStop >= INTERVAL - Math.max(LONGEST_LATENCY, predicted) - 2 * LONGEST_LATENCY
              || waiting.stream().anyMatch(since -> now - since >= HOLD);
      grantedNow = !forced;
      granted += forced ? 0 : 1;
      longestPredicted = Math.max(longestPredicted, predicted);
      int fate = failing ? random.nextInt(4) : 3;
      if (fate == 0) {
        refused++;
        outstanding = false;
        controller.refused(now);
      } else if (fate == 1) {
        lost++;
        outstanding = true;
      } else if (vm == Vm.RUNNING) {
        outstanding = true;
        stopAfter(random.nextInt(10) * MS);
      }
    }
  }
}
