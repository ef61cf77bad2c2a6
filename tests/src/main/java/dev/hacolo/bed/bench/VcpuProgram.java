package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProgramFiles;
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

/** {@code ha-colo bench --asymmetric}. */
@Command(
    name = "ha-colo bench --asymmetric",
    description = "Measures what the number of the secondary's active vCPUs costs and saves.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class VcpuProgram implements Callable<Integer> {
  private static final int BAD_ROWS = 1;
  private static final int FAILED = 2;

  @Mixin private ProgramFiles files = new ProgramFiles();

  @Option(names = "--chart", paramLabel = "FILE", description = "draw a chart as SVG as well")
  private @Nullable Path chart;

  @Option(
      names = "--vcpus",
      paramLabel = "LIST",
      description = "vCPUs of the guest, 1 to 16 (default: ${DEFAULT-VALUE})",
      defaultValue = "2,4")
  private String vcpus = "";

  @Option(
      names = "--active",
      paramLabel = "LIST",
      description = "active ones of the secondary (default: ${DEFAULT-VALUE})",
      defaultValue = "all,half,1,auto")
  private String active = "";

  @Option(
      names = "--workloads",
      paramLabel = "LIST",
      description = "workloads, separated by commas (default: ${DEFAULT-VALUE})",
      defaultValue = "memcached-100/0,memcached-95/5,parallel")
  private String workloads = "";

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "connections to each guest, 1 to 64 (default: ${DEFAULT-VALUE})",
      defaultValue = "16")
  private int connections;

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
      names = "--crossed",
      description = "two guests, each with its primary where the other one has its secondary")
  private boolean crossed;

  @Spec private @Nullable CommandSpec spec;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
  private volatile boolean ending;

  /** The content of {@code --json}, as {@link BenchReport}. */
  private record Report(
      Machine machine,
      String date,
      String command,
      String placement,
      String guest,
      List<VcpuRow> rows) {}

  /** Runs the bench and exits: 0 good, 1 a row is bad, 2 it could not be carried out. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new VcpuProgram()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    try {
      return perform(
          VcpuOptions.parse(vcpus, active, workloads, connections, seconds, repetitions, crossed));
    } catch (BedException e) {
      if (!ending) {
        err.println("ha-colo bench: " + e.getMessage());
      }
      return FAILED;
    }
  }

  private int perform(VcpuOptions options) throws IOException {
    BenchProgram.requireWritable("--json", files.json());
    BenchProgram.requireWritable("--chart", chart);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "bench-ending"));
    Machine machine = Machine.here(Placement.here(false));
    Progress progress =
        new Progress(err, Boolean.getBoolean("hacolo.terminal"), VcpuRun.rows(options));
    String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    List<VcpuRow> rows = new VcpuRun(files.state(), options, progress, () -> ending).perform();
    Report report =
        new Report(
            machine, date, command(), Placement.unpinned().description(), guest(options), rows);
    write(report);
    print(report);
    return rows.stream().allMatch(VcpuRow::isGood) ? 0 : BAD_ROWS;
  }

  private static String guest(VcpuOptions options) {
    return options.crossed()
        ? "two of 256 MiB, crossed: each node has one's primary and the other's secondary"
        : "one of 256 MiB; its load needs more than one CPU";
  }

  private String command() {
    List<String> words =
        spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs();
    return "ha-colo bench --asymmetric " + String.join(" ", words);
  }

  private void print(Report report) {
    out.print(VcpuTable.of(report.rows()));
    out.print(report.machine().surroundings(report.placement(), report.guest()));
    out.print(
        OtherLoad.note(
            report.rows().stream().mapToDouble(VcpuRow::othersCpuPercent).max().orElse(0)));
  }

  private void write(Report report) throws IOException {
    files.write(report);
    if (chart != null) {
      Files.writeString(chart, VcpuChart.of(report.rows(), report.date(), report.machine()));
    }
  }
}
