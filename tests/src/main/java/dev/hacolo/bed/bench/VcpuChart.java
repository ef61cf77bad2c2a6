package dev.hacolo.bed.bench;

import java.util.List;

/**
 * The rows of {@code bench --asymmetric} drawn as {@link ResultChart} does: a group of bars for
 * each workload and number of vCPUs, a bar for each choice of active ones.
 */
final class VcpuChart {
  private VcpuChart() {}

  /** The drawing, as SVG. */
  static String of(List<VcpuRow> rows, String date, Machine machine) {
    List<Row> bars = rows.stream().filter(VcpuRow::isGood).map(VcpuChart::bar).toList();
    return ResultChart.of(
        new BenchReport(machine, date, "", Placement.unpinned().description(), "", "", bars));
  }

  private static Row bar(VcpuRow row) {
    return new Row(
        row.choice(),
        "%s, %d vCPUs".formatted(row.workload(), row.vcpus()),
        row.connections(),
        row.repetition(),
        row.opsPerS(),
        row.p50Ms(),
        row.p99Ms(),
        0,
        row.checkpoints(),
        row.checkpointCauses(),
        row.pausedPercent(),
        row.prereleasedPercent(),
        0,
        row.seconds(),
        0,
        0,
        row.othersCpuPercent(),
        List.of());
  }
}
