package dev.hacolo.bed.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The report as a table for a person: medians, and the range where there are repetitions. */
final class ResultTable {
  private static final List<String> HEAD =
      List.of(
          "workload",
          "conn",
          "engine",
          "ops/s",
          "p50 ms",
          "p99 ms",
          "checkpoints",
          "paused %",
          "early %",
          "to native",
          "to stock");
  private static final int LEFT_ALIGNED = 3;

  private ResultTable() {}

  /** The table, what was measured where, and every problem. */
  static String of(BenchReport report) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    Map<Summary.Load, List<Summary>> summaries = Summary.of(report.rows());
    summaries.values().forEach(same -> same.forEach(summary -> lines.add(line(summary, same))));
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Columns.aligned(line, lines, LEFT_ALIGNED)).append('\n'));
    text.append(report.machine().surroundings(report.placement(), report.guest()));
    text.append("boots      ").append(report.boots()).append('\n');
    double others = report.rows().stream().mapToDouble(Row::othersCpuPercent).max().orElse(0);
    text.append(OtherLoad.note(others));
    report.rows().stream().filter(row -> !row.isGood()).forEach(row -> text.append(problem(row)));
    return text.toString();
  }

  private static List<String> line(Summary summary, List<Summary> sameLoad) {
    List<String> line = new ArrayList<>();
    line.add(summary.load().workload());
    line.add(Integer.toString(summary.load().connections()));
    line.add(summary.engine());
    List<Row> rows = summary.good();
    if (rows.isEmpty()) {
      line.add("FAILED");
      line.addAll(List.of("-", "-", "-", "-", "-", "-", "-"));
      return line;
    }
    line.add(Sample.of(rows, Row::opsPerS).text("%.0f"));
    line.add(Sample.of(rows, Row::p50Ms).text("%.2f"));
    line.add(Sample.of(rows, Row::p99Ms).text("%.2f"));
    line.add(Sample.of(rows, Row::checkpoints).text("%.0f"));
    line.add(Sample.of(rows, Row::pausedPercent).text("%.1f"));
    line.add(Sample.of(rows, Row::prereleasedPercent).text("%.0f"));
    line.add(ratio(summary.ratioTo(Engine.NATIVE, sameLoad)));
    line.add(ratio(summary.ratioTo(Engine.QEMU, sameLoad)));
    return line;
  }

  private static String ratio(Optional<Double> ratio) {
    return ratio.map(value -> String.format(Locale.ROOT, "%.2f", value)).orElse("-");
  }

  private static String problem(Row row) {
    return "FAILED     %s, %s, %d connection(s), repetition %d: %s%n"
        .formatted(
            row.engine(),
            row.workload(),
            row.connections(),
            row.repetition(),
            String.join("; ", row.problems()));
  }
}
