package dev.hacolo.bed.bench;

import java.io.PrintStream;
import java.util.Locale;

/**
 * How far the measurements have come, for a person. On a terminal one line is redrawn in place and
 * a line stays for each row; elsewhere there are the lines of the rows alone. Not thread-safe.
 */
final class Progress {
  private static final int BAR = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final int all;

  /**
   * Shows nothing yet.
   *
   * @param all number of rows that there will be
   */
  Progress(PrintStream out, boolean terminal, int all) {
    this.out = out;
    this.terminal = terminal;
    this.all = all;
  }

  /** Something begins. */
  void step(int done, String what) {
    if (terminal) {
      out.print(CLEAR_LINE + bar(done) + " " + what);
      out.flush();
    }
  }

  /** Something else worth saying. */
  void line(String text) {
    out.println((terminal ? CLEAR_LINE : "") + text);
    out.flush();
  }

  /** A row is there. */
  void done(int done, Row row) {
    String figures =
        row.isGood()
            ? String.format(
                Locale.ROOT,
                "%.0f ops/s, p50 %.2f ms, p99 %.2f ms, %d checkpoints",
                row.opsPerS(),
                row.p50Ms(),
                row.p99Ms(),
                row.checkpoints())
            : "FAILED: " + row.problems().get(0).lines().findFirst().orElse("");
    line(
        "%s #%d %-8s %-16s %2d conn: %s"
            .formatted(
                bar(done),
                row.repetition(),
                row.engine(),
                row.workload(),
                row.connections(),
                figures));
  }

  /** A row of {@code bench --asymmetric} is there. */
  void done(int done, VcpuRow row) {
    String figures =
        row.isGood()
            ? String.format(
                Locale.ROOT,
                "%.0f ops/s, p99 %.2f ms, secondary's vCPUs %.1f s in %.0f s, %d checkpoints",
                row.opsPerS(),
                row.p99Ms(),
                row.secondaryCpuS(),
                row.seconds(),
                row.checkpoints())
            : "FAILED: " + row.problems().get(0).lines().findFirst().orElse("");
    line(
        "%s #%d %d vCPUs, %s (%d), %-16s: %s"
            .formatted(
                bar(done),
                row.repetition(),
                row.vcpus(),
                row.choice(),
                row.active(),
                row.workload(),
                figures));
  }

  private String bar(int done) {
    int full = done * BAR / all;
    return "[%s%s] %d/%d".formatted("#".repeat(full), ".".repeat(BAR - full), done, all);
  }
}
