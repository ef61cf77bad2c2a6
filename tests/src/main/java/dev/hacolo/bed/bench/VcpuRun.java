package dev.hacolo.bed.bench;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.bench.VcpuOptions.Active;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.FailedRun;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.SessionPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * All measurements of {@code bench --asymmetric}. Each repetition boots fresh guests for each
 * number of vCPUs; everything is measured on them in turn: first without a secondary, then with
 * each number of active vCPUs, changed while the pair is live, and at last, with one guest, after a
 * failover with the last of these numbers: the survivor at once, then a fresh guest without a
 * secondary, then the survivor again.
 */
final class VcpuRun {
  private static final List<String> NODES = List.of("node-a", "node-b");

  /** Choices of rows in which there was no secondary. */
  static final String NATIVE = "native";

  static final String BESIDE = "native beside";

  private static final String FAILOVER = "failover";
  private static final String LATER = "failover, later";

  /** Choices of rows in which a secondary had taken over: what {@link #BESIDE} is the base of. */
  static final Set<String> AFTER_FAILOVER = Set.of(FAILOVER, LATER);

  private static final long DISK = 64L << 20;

  private final StateDirectory state;
  private final VcpuOptions options;
  private final Progress progress;
  private final BooleanSupplier ending;
  private final List<VcpuRow> rows = new ArrayList<>();

  VcpuRun(StateDirectory state, VcpuOptions options, Progress progress, BooleanSupplier ending) {
    this.state = state;
    this.options = options;
    this.progress = progress;
    this.ending = ending;
  }

  /** How many rows there will be. */
  static int rows(VcpuOptions options) {
    int boots = 0;
    for (int vcpus : options.vcpus()) {
      int choices = 1 + options.activeFor(vcpus).size();
      boots +=
          choices * options.workloads().size()
              + (options.crossed() ? 0 : AFTER_FAILOVER.size() + 1);
    }
    return boots * options.repetitions();
  }

  /** Measures; a boot that fails makes a row that says so, and the rest goes on. */
  List<VcpuRow> perform() {
    for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
      for (int vcpus : options.vcpus()) {
        boot(vcpus, repetition);
      }
    }
    return List.copyOf(rows);
  }

  private void boot(int vcpus, int repetition) {
    progress.step(rows.size(), "repetition %d, %d vCPUs: booting".formatted(repetition, vcpus));
    int before = rows.size();
    try (TwoNodeBed bed = TwoNodeBed.create(state, NODES, false)) {
      try {
        bed.network().control().call(() -> measureAll(bed, vcpus, repetition));
      } finally {
        keepLogsOfFailure(bed, before);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted", e);
    } catch (Exception e) {
      String problem = e instanceof BedException ? String.valueOf(e.getMessage()) : e.toString();
      take(VcpuRow.failed(cell(vcpus, "boot", 0, options.workloads().get(0), repetition), problem));
    }
  }

  private void keepLogsOfFailure(TwoNodeBed bed, int before) throws IOException {
    List<VcpuRow> made = rows.subList(before, rows.size());
    boolean good = !made.isEmpty() && made.stream().allMatch(VcpuRow::isGood);
    if (!good && !ending.getAsBoolean()) {
      progress.line("the logs are kept in " + FailedRun.keepLogs(state, bed.run()));
    }
  }

  private boolean measureAll(TwoNodeBed bed, int vcpus, int repetition) throws Exception {
    int guests = options.crossed() ? 2 : 1;
    try (VcpuStage stage = VcpuStage.boot(bed, vcpus, guests, DISK)) {
      measure(stage, vcpus, NATIVE, 0, repetition);
      stage.protect(policy(), options.workloads().get(0));
      int active = vcpus;
      for (Active choice : options.activeFor(vcpus)) {
        active = choice.of(vcpus);
        if (choice == Active.AUTO) {
          active = automatic(stage, vcpus, repetition);
        } else {
          stage.active(active);
          measure(stage, vcpus, choice.title(), active, repetition);
        }
      }
      if (guests == 1) {
        failOver(stage, vcpus, active, repetition);
      }
      return true;
    }
  }

  /** The mode looks for its number under each workload anew; the last one is in effect then. */
  private int automatic(VcpuStage stage, int vcpus, int repetition) {
    int found = vcpus;
    for (Workload workload : options.workloads()) {
      found =
          new AutomaticVcpus(stage, vcpus, progress::line).settle(workload, options.connections());
      take(
          stage.measure(
              cell(vcpus, Active.AUTO.title(), found, workload, repetition), workload, length()));
    }
    return found;
  }

  private void measure(VcpuStage stage, int vcpus, String choice, int active, int repetition) {
    for (Workload workload : options.workloads()) {
      VcpuRow.Cell cell = cell(vcpus, choice, active, workload, repetition);
      progress.step(rows.size(), "%d vCPUs, %s: %s".formatted(vcpus, choice, workload.title()));
      try {
        take(stage.measure(cell, workload, length()));
      } catch (BedException e) {
        take(VcpuRow.failed(cell, String.valueOf(e.getMessage())));
      }
    }
  }

  private void failOver(VcpuStage stage, int vcpus, int active, int repetition) {
    Workload workload = options.workloads().get(0);
    List<String> problems = stage.failOver();
    VcpuRow.Cell survivor = cell(vcpus, FAILOVER, active, workload, repetition);
    take(stage.measureSurvivor(survivor, workload, length(), problems));
    DirectGuest beside = stage.bootBeside();
    take(
        stage.measureBeside(
            cell(vcpus, BESIDE, 0, workload, repetition), workload, length(), beside));
    VcpuRow.Cell later = cell(vcpus, LATER, active, workload, repetition);
    take(stage.measureSurvivor(later, workload, length(), List.of()));
  }

  private VcpuRow.Cell cell(
      int vcpus, String choice, int active, Workload workload, int repetition) {
    int guests = options.crossed() ? 2 : 1;
    return new VcpuRow.Cell(
        vcpus, choice, active, workload.title(), guests, options.connections(), repetition);
  }

  private static SessionPolicy policy() {
    return Engine.STRICT.policy();
  }

  private Duration length() {
    return Duration.ofSeconds(options.seconds());
  }

  private void take(VcpuRow row) {
    if (ending.getAsBoolean()) {
      throw new BedException("ended before all was measured");
    }
    rows.add(row);
    progress.done(rows.size(), row);
  }
}
