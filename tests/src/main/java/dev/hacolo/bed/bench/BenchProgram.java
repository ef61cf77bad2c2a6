package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProgramFiles;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ha-colo bench}. */
@Command(
    name = "ha-colo bench",
    description = "Measures what a guest serves under several engines, side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class BenchProgram implements Callable<Integer> {
  private static final int BAD_ROWS = 1;
  private static final int FAILED = 2;

  @Mixin private ProgramFiles files = new ProgramFiles();

  @Option(names = "--chart", paramLabel = "FILE", description = "draw a chart as SVG as well")
  private @Nullable Path chart;

  @Option(
      names = "--engines",
      paramLabel = "LIST",
      description = "engines, separated by commas (default: ${DEFAULT-VALUE})",
      defaultValue = "native,qemu")
  private String engines = "";

  @Option(
      names = "--workloads",
      paramLabel = "LIST",
      description = "workloads, separated by commas (default: ${DEFAULT-VALUE})",
      defaultValue = "memcached-100/0,memcached-95/5,memcached-50/50,redis-95/5,web-64k,udp-echo")
  private String workloads = "";

  @Option(
      names = "--connections",
      paramLabel = "LIST",
      description = "connections at once, 1 to 64 (default: ${DEFAULT-VALUE})",
      defaultValue = "1,8")
  private String connections = "";

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "length of a measurement, 1 to 600 (default: ${DEFAULT-VALUE})",
      defaultValue = "10")
  private int seconds;

  @Option(
      names = "--repeat",
      paramLabel = "R",
      description = "repetitions, 1 to 100 (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private int repetitions;

  @Option(
      names = "--agents-with-their-vm",
      description = "the primary's agent shares the primary's core, as on a pair of real hosts")
  private boolean agentsWithTheirVm;

  @Spec private @Nullable CommandSpec spec;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
  private volatile boolean ending;

  /** Runs the bench and exits: 0 good, 1 a row is bad, 2 it could not be carried out. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BenchProgram()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    try {
      BenchOptions options =
          BenchOptions.parse(engines, workloads, connections, seconds, repetitions);
      return perform(options, files.state());
    } catch (BedException e) {
      if (!ending) {
        err.println("ha-colo bench: " + e.getMessage());
      }
      return FAILED;
    }
  }

  private int perform(BenchOptions options, StateDirectory state) throws IOException {
    requireWritable("--json", files.json());
    requireWritable("--chart", chart);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "bench-ending"));
    Placement placement = Placement.here(agentsWithTheirVm);
    Machine machine = Machine.here(placement);
    String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Progress progress = new Progress(err, Boolean.getBoolean("hacolo.terminal"), options.rows());
    List<Row> rows = new BenchRun(state, options, placement, progress, () -> ending).perform();
    BenchReport report =
        new BenchReport(
            machine,
            date,
            command(),
            placement.description(),
            BenchStage.guest(),
            "one for each engine and repetition; its workloads run in the same order",
            rows);
    write(report);
    out.print(ResultTable.of(report));
    return report.isGood() ? 0 : BAD_ROWS;
  }

  private String command() {
    List<String> words =
        spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
    return ("ha-colo bench " + String.join(" ", words)).strip();
  }

  private void write(BenchReport report) throws IOException {
    files.write(report);
    if (chart != null) {
      Files.writeString(chart, ResultChart.of(report));
    }
  }

  /** Found out before the measurements, not after them. */
  static void requireWritable(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isWritable(directory) || Files.isDirectory(file)) {
      throw new BedException("%s is '%s': no file can be written there".formatted(option, file));
    }
  }
}
