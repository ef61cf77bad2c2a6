package dev.hacolo.bed.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The report as an SVG drawing: a group of horizontal bars for each load, one for each engine, as
 * long as its operations in a second are compared with the best of the group; the figures and the
 * ratio to native stand beside them. Plain SVG 1.1, no script and no outside font.
 */
final class ResultChart {
  private static final int WIDTH = 860;
  private static final int BAR_HEIGHT = 18;
  private static final int BAR_STEP = 22;
  private static final int GROUP_GAP = 16;
  private static final int TOP = 64;
  private static final int BOTTOM = 34;
  private static final int LABELS = 200;
  private static final int ENGINES = 80;
  private static final int BARS_AT = LABELS + ENGINES;
  private static final int BARS = 380;
  private static final List<String> COLOURS =
      List.of("#7f8c8d", "#c0392b", "#2471a3", "#d4ac0d", "#1e8449", "#7d3c98");

  private final StringBuilder svg = new StringBuilder();
  private final List<String> engines;

  private ResultChart(BenchReport report) {
    this.engines = report.rows().stream().map(Row::engine).distinct().toList();
  }

  /** The drawing. */
  static String of(BenchReport report) {
    return new ResultChart(report).draw(report);
  }

  private String draw(BenchReport report) {
    Map<Summary.Load, List<Summary>> summaries = Summary.of(report.rows());
    int bars = summaries.values().stream().mapToInt(List::size).sum();
    int height = TOP + bars * BAR_STEP + summaries.size() * GROUP_GAP + BOTTOM;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
            + " viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
    text(16, 26, "start", 17, "Operations per second, median; in brackets: to native");
    text(16, 46, "start", 11, report.date() + ", " + report.placement());
    int y = TOP;
    for (Map.Entry<Summary.Load, List<Summary>> group : summaries.entrySet()) {
      y = group(group.getKey(), group.getValue(), y) + GROUP_GAP;
    }
    String machine = report.machine().cpu() + ", " + report.machine().cores() + " core(s)";
    text(16, height - 12, "start", 11, machine);
    add("</svg>");
    return svg.toString();
  }

  private int group(Summary.Load load, List<Summary> summaries, int top) {
    double best =
        summaries.stream().map(Summary::opsPerS).mapToDouble(o -> o.orElse(0.0)).max().orElse(0);
    int y = top;
    text(16, y + 13, "start", 13, load.workload());
    if (summaries.size() > 1) {
      text(16, y + BAR_STEP + 13, "start", 11, connections(load));
    } else {
      text(LABELS - 8, y + 13, "end", 11, connections(load));
    }
    for (Summary summary : summaries) {
      bar(summary, summaries, best, y);
      y += BAR_STEP;
    }
    return y;
  }

  private void bar(Summary summary, List<Summary> sameLoad, double best, int y) {
    text(BARS_AT - 8, y + 13, "end", 13, summary.engine());
    Optional<Double> ops = summary.opsPerS();
    int length = best == 0 ? 0 : (int) Math.round(ops.orElse(0.0) / best * BARS);
    int colour = engines.indexOf(summary.engine()) % COLOURS.size();
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>",
        BARS_AT, y, length, BAR_HEIGHT, COLOURS.get(colour));
    text(BARS_AT + length + 6, y + 13, "start", 13, label(summary, sameLoad));
  }

  private static String label(Summary summary, List<Summary> sameLoad) {
    List<String> words = new ArrayList<>();
    words.add(summary.opsPerS().map(o -> String.format(Locale.ROOT, "%,.0f", o)).orElse("failed"));
    if (!summary.engine().equals(Engine.NATIVE.title())) {
      summary
          .ratioTo(Engine.NATIVE, sameLoad)
          .ifPresent(ratio -> words.add(String.format(Locale.ROOT, "(%.2f)", ratio)));
    }
    return String.join(" ", words);
  }

  private static String connections(Summary.Load load) {
    return load.connections() == 1 ? "1 connection" : load.connections() + " connections";
  }

  private void text(int x, int y, String anchor, int size, String content) {
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-size=\"%d\">%s</text>",
        x, y, anchor, size, escaped(content));
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
