package dev.hacolo.bed.bench;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.FailedRun;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * All measurements, in turn: repetition 1 of every engine, then repetition 2, so that a machine
 * that gets slower does so for all of them. Each engine boots a fresh guest on a fresh bed in each
 * repetition; all workloads run on it in the same order.
 */
final class BenchRun {
  private static final List<String> NODES = List.of("node-a", "node-b");

  private final StateDirectory state;
  private final BenchOptions options;
  private final Placement placement;
  private final Progress progress;
  private final BooleanSupplier ending;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Prepares nothing yet.
   *
   * @param ending whether this JVM is being ended, so that nothing more shall be begun
   */
  BenchRun(
      StateDirectory state,
      BenchOptions options,
      Placement placement,
      Progress progress,
      BooleanSupplier ending) {
    this.ending = ending;
    this.state = state;
    this.options = options;
    this.placement = placement;
    this.progress = progress;
  }

  /** Measures; a part that fails makes its rows say so, and the rest goes on. */
  List<Row> perform() {
    try {
      for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
        for (Engine engine : options.engines()) {
          boot(engine, repetition);
        }
      }
    } finally {
      placement.release();
    }
    return List.copyOf(rows);
  }

  private record Todo(Row.Cell cell, Workload workload) {}

  private void boot(Engine engine, int repetition) {
    List<Todo> todo = new ArrayList<>();
    for (Workload workload : options.workloads()) {
      for (int connections : options.connections()) {
        todo.add(
            new Todo(new Row.Cell(engine, workload.title(), connections, repetition), workload));
      }
    }
    int before = rows.size();
    progress.step(before, "repetition %d, %s: booting".formatted(repetition, engine.title()));
    String problem = "";
    try (TwoNodeBed bed = TwoNodeBed.create(state, NODES, false)) {
      try {
        bed.network().control().call(() -> measureAll(bed, engine, todo));
      } finally {
        keepLogsOfFailure(bed, before, todo.size());
      }
    } catch (BedException e) {
      problem = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted", e);
    } catch (Exception e) {
      problem = String.valueOf(e);
    }
    for (Todo left : todo.subList(rows.size() - before, todo.size())) {
      take(Row.failed(left.cell(), problem));
    }
  }

  /** Only while the bed is there; not when it is this JVM's end that made it fail. */
  private void keepLogsOfFailure(TwoNodeBed bed, int before, int wanted) throws IOException {
    List<Row> made = rows.subList(before, rows.size());
    boolean good = made.size() == wanted && made.stream().allMatch(Row::isGood);
    if (!good && !ending.getAsBoolean()) {
      progress.line("the logs are kept in " + FailedRun.keepLogs(state, bed.run()));
    }
  }

  private boolean measureAll(TwoNodeBed bed, Engine engine, List<Todo> todo) throws Exception {
    try (BenchStage stage = BenchStage.set(bed, engine, placement, options.diskBytes())) {
      stage.warmUp(todo.get(0).workload());
      for (Todo next : todo) {
        progress.step(rows.size(), name(next.cell()));
        take(measure(stage, next));
      }
      return true;
    }
  }

  /** What fails here may be this workload's alone: the others are tried all the same. */
  private Row measure(BenchStage stage, Todo next) {
    try {
      return stage.measure(next.cell(), next.workload(), Duration.ofSeconds(options.seconds()));
    } catch (BedException e) {
      return Row.failed(next.cell(), String.valueOf(e.getMessage()));
    }
  }

  private void take(Row row) {
    if (ending.getAsBoolean()) {
      throw new BedException("ended before all was measured");
    }
    rows.add(row);
    progress.done(rows.size(), row);
  }

  private static String name(Row.Cell cell) {
    return "repetition %d, %s: %s, %d connection(s)"
        .formatted(cell.repetition(), cell.engine().title(), cell.workload(), cell.connections());
  }
}
