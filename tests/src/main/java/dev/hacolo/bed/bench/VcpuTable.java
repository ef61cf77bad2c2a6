package dev.hacolo.bed.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The rows of {@code bench --asymmetric} as a table for a person: medians over repetitions. */
final class VcpuTable {
  private static final List<String> HEAD =
      List.of(
          "workload",
          "vCPUs",
          "active",
          "ops/s",
          "to all",
          "to native",
          "p99 ms",
          "to all",
          "secondary CPU %",
          "to all",
          "switches/s",
          "primary CPU %",
          "checkpoints",
          "paused %",
          "early %");
  private static final int LEFT_ALIGNED = 3;
  private static final String ALL = VcpuOptions.Active.ALL.title();

  private final Map<Group, Map<String, List<VcpuRow>>> groups = new LinkedHashMap<>();

  private record Group(String workload, int vcpus) {}

  private VcpuTable(List<VcpuRow> rows) {
    for (VcpuRow row : rows.stream().filter(VcpuRow::isGood).toList()) {
      groups
          .computeIfAbsent(new Group(row.workload(), row.vcpus()), g -> new LinkedHashMap<>())
          .computeIfAbsent(row.choice(), c -> new ArrayList<>())
          .add(row);
    }
  }

  /** The table and every problem. */
  static String of(List<VcpuRow> rows) {
    return new VcpuTable(rows).text() + problems(rows);
  }

  private String text() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    groups.forEach(
        (group, choices) ->
            choices.forEach((choice, same) -> lines.add(line(group, same, choices))));
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Columns.aligned(line, lines, LEFT_ALIGNED)).append('\n'));
    return text.toString();
  }

  private static List<String> line(
      Group group, List<VcpuRow> rows, Map<String, List<VcpuRow>> choices) {
    VcpuRow first = rows.get(0);
    String active =
        first.active() == 0 ? first.choice() : first.choice() + " (" + first.active() + ")";
    List<VcpuRow> base = choices.getOrDefault(ALL, List.of());
    boolean survivor = VcpuRun.AFTER_FAILOVER.contains(first.choice());
    List<VcpuRow> without =
        choices.getOrDefault(survivor ? VcpuRun.BESIDE : VcpuRun.NATIVE, List.of());
    return List.of(
        group.workload(),
        Integer.toString(group.vcpus()),
        active,
        sample(rows, VcpuRow::opsPerS, "%.0f"),
        ratio(rows, base, VcpuRow::opsPerS),
        ratio(rows, without, VcpuRow::opsPerS),
        sample(rows, VcpuRow::p99Ms, "%.2f"),
        ratio(rows, base, VcpuRow::p99Ms),
        sample(rows, VcpuTable::secondaryPercent, "%.1f"),
        ratio(rows, base, VcpuTable::secondaryPercent),
        sample(rows, row -> row.secondarySwitches() / row.seconds(), "%.0f"),
        sample(rows, row -> 100 * row.primaryCpuS() / row.seconds(), "%.0f"),
        sample(rows, VcpuRow::checkpoints, "%.0f"),
        sample(rows, VcpuRow::pausedPercent, "%.1f"),
        sample(rows, VcpuRow::prereleasedPercent, "%.0f"));
  }

  /** Of one host CPU. */
  private static double secondaryPercent(VcpuRow row) {
    return 100 * row.secondaryCpuS() / row.seconds();
  }

  private static String sample(
      List<VcpuRow> rows, ToDoubleFunction<VcpuRow> figure, String format) {
    return Sample.of(rows.stream().mapToDouble(figure).toArray()).text(format);
  }

  private static String ratio(
      List<VcpuRow> rows, List<VcpuRow> base, ToDoubleFunction<VcpuRow> figure) {
    double whole = base.isEmpty() ? 0 : median(base, figure);
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.2f", median(rows, figure) / whole);
  }

  private static double median(List<VcpuRow> rows, ToDoubleFunction<VcpuRow> figure) {
    return Sample.of(rows.stream().mapToDouble(figure).toArray()).median();
  }

  private static String problems(List<VcpuRow> rows) {
    StringBuilder text = new StringBuilder();
    for (VcpuRow row : rows.stream().filter(row -> !row.isGood()).toList()) {
      text.append(
          "FAILED     %d vCPUs, %s, %s, repetition %d: %s%n"
              .formatted(
                  row.vcpus(),
                  row.choice(),
                  row.workload(),
                  row.repetition(),
                  String.join("; ", row.problems())));
    }
    return text.toString();
  }
}
