package dev.hacolo.bed.oracle;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.FailedRun;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** All rounds on one bed; what was wrong keeps its logs and histories. */
final class OracleRun {
  private static final List<String> NODES = List.of("node-a", "node-b");

  private final StateDirectory state;
  private final OracleOptions options;
  private final PrintStream out;
  private final BooleanSupplier ending;
  private final List<RoundResult> rounds = new ArrayList<>();
  private long begun;
  private long over;

  /**
   * Prepares nothing yet.
   *
   * @param out where each round gets a line
   * @param ending whether this JVM is being ended
   */
  OracleRun(StateDirectory state, OracleOptions options, PrintStream out, BooleanSupplier ending) {
    this.state = state;
    this.options = options;
    this.out = out;
    this.ending = ending;
  }

  /** Kills and judges; what goes wrong ends it and is told in the report. */
  OracleReport perform() {
    String failure = "";
    try (TwoNodeBed bed = TwoNodeBed.create(state, NODES, false)) {
      try {
        bed.network().control().call(() -> killAll(bed));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BedException("interrupted", e);
      } catch (Exception e) {
        failure = "after %d rounds: %s".formatted(rounds.size(), e);
      } finally {
        keepLogs(bed, failure);
      }
    }
    return OracleReport.of(options, rounds, Math.max(0, over - begun) / 1e9, failure);
  }

  private boolean killAll(TwoNodeBed bed) throws Exception {
    try (KillLoop loop = KillLoop.start(bed, options)) {
      begun = System.nanoTime();
      for (int number = 1; number <= options.kills() && !ending.getAsBoolean(); number++) {
        RoundResult result = loop.round(number);
        rounds.add(result);
        over = System.nanoTime();
        out.println(line(result, (over - begun) / 1e9));
        if (!result.clients().failure().isEmpty()) {
          throw new BedException(result.clients().failure());
        }
      }
    }
    return true;
  }

  private String line(RoundResult r, double seconds) {
    Map<?, ?> found = r.violations();
    return "%6.1f s  %d/%d %s %s after %d+%d ms%s, %s, own %d, meet %d: %d requests (%d unanswered), %d reset, "
            .formatted(
                seconds,
                r.plan().number(),
                options.kills(),
                r.primary(),
                r.plan().loss().text(),
                r.plan().afterMs(),
                r.plan().lagMs(),
                step(r),
                r.plan().pace(),
                r.plan().own(),
                r.plan().meetingMs(),
                r.operations(),
                r.ambiguous(),
                r.clients().resets())
        + "gap %d ms, %s, %d checkpoints, released %s%s%s"
            .formatted(
                r.gapMs(),
                r.phases().milliseconds(),
                r.checkpoints(),
                r.released(),
                found.isEmpty() ? "" : ", VIOLATIONS " + found + " " + r.examples(),
                r.clients().failure().isEmpty() ? "" : ", " + r.clients().failure());
  }

  private static String step(RoundResult r) {
    ProtocolStep at = r.plan().at();
    return at == null ? "" : (r.placed() ? " at " : " without ") + OracleOptions.name(at);
  }

  private void keepLogs(TwoNodeBed bed, String failure) {
    if (ending.getAsBoolean()
        || (failure.isEmpty() && rounds.stream().noneMatch(RoundResult::isWorthKeeping))) {
      return;
    }
    try {
      Path kept = FailedRun.keepLogs(state, bed.run());
      out.println("logs and histories are kept in " + kept);
    } catch (IOException e) {
      out.println("logs cannot be kept: " + e.getMessage());
    }
  }
}
