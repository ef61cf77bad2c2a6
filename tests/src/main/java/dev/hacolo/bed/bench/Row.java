package dev.hacolo.bed.bench;

import dev.hacolo.bed.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One measurement, a row of the JSON file.
 *
 * @param engine its name
 * @param workload its name
 * @param connections how many at once
 * @param repetition from 1
 * @param opsPerS right answers each second
 * @param p50Ms median latency in ms
 * @param p99Ms 99th percentile of it in ms
 * @param maxMs the longest in ms
 * @param checkpoints completed within the measurement
 * @param checkpointCauses in how many of them each cause had its part
 * @param pausedPercent part of the time in which the primary VM was stopped for checkpoints
 * @param prereleasedPercent part of the outputs with content that left before the secondary VM had
 *     made them
 * @param operations right answers
 * @param seconds length of the measurement
 * @param retries datagrams sent again
 * @param clientCpuUsPerOp CPU time of the generator for each operation, in microseconds
 * @param othersCpuPercent what processes that are not the bench's used meanwhile, in percent of one
 *     core
 * @param problems what was wrong, in sentences; empty if the row is good
 */
record Row(
    String engine,
    String workload,
    int connections,
    int repetition,
    double opsPerS,
    double p50Ms,
    double p99Ms,
    double maxMs,
    long checkpoints,
    Map<String, Long> checkpointCauses,
    double pausedPercent,
    double prereleasedPercent,
    long operations,
    double seconds,
    long retries,
    double clientCpuUsPerOp,
    double othersCpuPercent,
    List<String> problems) {

  /** Which measurement a row is of. */
  record Cell(Engine engine, String workload, int connections, int repetition) {}

  /**
   * A row of a measurement that came to its end.
   *
   * @param othersCpuPercent what others used meanwhile
   * @param more further problems
   */
  static Row of(
      Cell cell,
      LoadResult load,
      Checkpoints checkpoints,
      double othersCpuPercent,
      List<String> more) {
    List<String> problems = new ArrayList<>(load.problems());
    problems.addAll(more);
    if (load.operations() == 0 && problems.isEmpty()) {
      problems.add("there was no answer at all");
    }
    return new Row(
        cell.engine().title(),
        cell.workload(),
        cell.connections(),
        cell.repetition(),
        rounded(load.operations() / load.seconds()),
        rounded(load.p50Ms()),
        rounded(load.p99Ms()),
        rounded(load.maxMs()),
        checkpoints.count(),
        checkpoints.causes(),
        rounded(load.operations() == 0 ? 0 : 100 * checkpoints.pausedSeconds() / load.seconds()),
        rounded(checkpoints.preReleasedPercent()),
        load.operations(),
        rounded(load.seconds()),
        load.retries(),
        rounded(load.clientCpuUsPerOp()),
        rounded(othersCpuPercent),
        List.copyOf(problems));
  }

  /** A row of a measurement that could not be made. */
  static Row failed(Cell cell, String problem) {
    return new Row(
        cell.engine().title(),
        cell.workload(),
        cell.connections(),
        cell.repetition(),
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(problem));
  }

  boolean isGood() {
    return problems.isEmpty();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
