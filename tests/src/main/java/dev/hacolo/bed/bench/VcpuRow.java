package dev.hacolo.bed.bench;

import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.guest.VcpuUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One measurement of a guest, or of two crossed ones together, with a number of active vCPUs.
 *
 * @param vcpus vCPUs of each guest
 * @param choice how the number of the secondary's active ones was chosen; {@code native}: there was
 *     no secondary; {@code failover}: it has taken over; {@code native beside}: a fresh guest
 *     without a secondary, measured after that; {@code failover, later}: the survivor again
 * @param active that number
 * @param workload its name
 * @param guests 1, or 2 crossed ones, whose figures are summed
 * @param connections to each guest
 * @param repetition from 1
 * @param opsPerS right answers each second
 * @param p50Ms median latency in ms, of two guests the worse one
 * @param p99Ms 99th percentile of it in ms, of two guests the worse one
 * @param checkpoints completed within the measurement
 * @param checkpointCauses in how many of them each cause had its part
 * @param pausedPercent part of the time in which a primary was stopped for checkpoints
 * @param prereleasedPercent part of the outputs with content that left before the secondary had
 *     made them
 * @param secondaryCpuS CPU seconds of the secondary's vCPU threads
 * @param secondarySwitches their involuntary context switches
 * @param primaryCpuS CPU seconds of the primary's vCPU threads
 * @param seconds length of the measurement
 * @param othersCpuPercent what processes that are not the bench's used meanwhile, in percent of one
 *     core
 * @param problems what was wrong, in sentences; empty if the row is good
 */
record VcpuRow(
    int vcpus,
    String choice,
    int active,
    String workload,
    int guests,
    int connections,
    int repetition,
    double opsPerS,
    double p50Ms,
    double p99Ms,
    long checkpoints,
    Map<String, Long> checkpointCauses,
    double pausedPercent,
    double prereleasedPercent,
    double secondaryCpuS,
    long secondarySwitches,
    double primaryCpuS,
    double seconds,
    double othersCpuPercent,
    List<String> problems) {

  /** Which measurement a row is of. */
  record Cell(
      int vcpus,
      String choice,
      int active,
      String workload,
      int guests,
      int connections,
      int repetition) {}

  /**
   * What was measured.
   *
   * @param loads of each guest
   * @param checkpoints of all
   * @param primary CPU time of all primaries
   * @param secondary CPU time of all secondaries
   * @param othersCpuPercent what others used
   */
  record Figures(
      List<LoadResult> loads,
      Checkpoints checkpoints,
      VcpuUse primary,
      VcpuUse secondary,
      double othersCpuPercent) {}

  static VcpuRow of(Cell cell, Figures figures, List<String> more) {
    List<LoadResult> loads = figures.loads();
    List<String> problems = new ArrayList<>(more);
    loads.forEach(load -> problems.addAll(load.problems()));
    double seconds = loads.stream().mapToDouble(LoadResult::seconds).max().orElse(0);
    return new VcpuRow(
        cell.vcpus(),
        cell.choice(),
        cell.active(),
        cell.workload(),
        cell.guests(),
        cell.connections(),
        cell.repetition(),
        rounded(loads.stream().mapToDouble(l -> l.operations() / l.seconds()).sum()),
        rounded(loads.stream().mapToDouble(LoadResult::p50Ms).max().orElse(0)),
        rounded(loads.stream().mapToDouble(LoadResult::p99Ms).max().orElse(0)),
        figures.checkpoints().count(),
        figures.checkpoints().causes(),
        rounded(100 * figures.checkpoints().pausedSeconds() / seconds / cell.guests()),
        rounded(figures.checkpoints().preReleasedPercent()),
        rounded(figures.secondary().cpuSeconds()),
        figures.secondary().involuntarySwitches(),
        rounded(figures.primary().cpuSeconds()),
        rounded(seconds),
        rounded(figures.othersCpuPercent()),
        List.copyOf(problems));
  }

  static VcpuRow failed(Cell cell, String problem) {
    Figures none = new Figures(List.of(), Checkpoints.NONE, VcpuUse.NONE, VcpuUse.NONE, 0);
    return of(cell, none, List.of(problem));
  }

  boolean isGood() {
    return problems.isEmpty();
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : 0;
  }
}
