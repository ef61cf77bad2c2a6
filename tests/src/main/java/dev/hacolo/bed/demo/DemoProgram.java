package dev.hacolo.bed.demo;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.FailedRun;
import dev.hacolo.bed.process.ProgramFiles;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunRemoval;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import dev.hacolo.common.api.GuestDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ha-colo demo}. */
@Command(
    name = "ha-colo demo",
    description = "Shows a real guest survive the loss of its node, on this machine.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class DemoProgram implements Callable<Integer> {
  private static final int BAD_VERDICT = 1;
  private static final int FAILED = 2;

  @Mixin private ProgramFiles files = new ProgramFiles();

  @Option(names = "--keep", description = "leave it all running, and say how to look at it")
  private boolean keep;

  @Option(names = "--stop", description = "stop and remove every demo that is left running")
  private boolean stop;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "connections of each protocol, 2 to 200 (default: ${DEFAULT-VALUE})",
      defaultValue = "4")
  private int connections;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "seconds of traffic before and after each event, 1 to 3600 (default: "
              + "${DEFAULT-VALUE})",
      defaultValue = "5")
  private int seconds;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private volatile boolean ending;

  /** Runs the demo and exits: 0 good, 1 bad verdict, 2 it could not be carried out. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DemoProgram()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    try {
      range("--connections", connections, 2, 200);
      range("--seconds", seconds, 1, 3600);
      StateDirectory state = files.state();
      return stop ? stopAll(state) : perform(state);
    } catch (BedException e) {
      if (!ending) {
        System.err.println("ha-colo demo: " + e.getMessage());
      }
      return FAILED;
    }
  }

  private int stopAll(StateDirectory state) {
    List<RunDirectory> runs = state.runs();
    runs.forEach(RunRemoval::remove);
    out.println(
        runs.isEmpty()
            ? "ha-colo demo: nothing is running"
            : "ha-colo demo: %d run(s) stopped and removed".formatted(runs.size()));
    return 0;
  }

  private int perform(StateDirectory state) throws IOException {
    Timeline timeline = new Timeline(out, Boolean.getBoolean("hacolo.terminal"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "demo-ending"));
    try (TwoNodeBed bed = TwoNodeBed.create(state, List.of(Stage.PRIMARY, Stage.SECONDARY), keep)) {
      try {
        DemoReport report = bed.network().control().call(() -> perform(bed, state, timeline));
        files.write(report);
        Summary.print(timeline, report);
        return report.good() ? 0 : BAD_VERDICT;
      } catch (Exception e) {
        if (!ending) {
          Path logs = FailedRun.keepLogs(state, bed.run());
          timeline.release();
          timeline.endProgress();
          timeline.line("the logs are kept in " + logs);
        }
        throw e instanceof BedException bedException
            ? bedException
            : new BedException("the demo failed: " + e, e);
      }
    }
  }

  private DemoReport perform(TwoNodeBed bed, StateDirectory state, Timeline timeline) {
    GuestDescription description =
        GuestBlueprint.DEFAULT.describe(UUID.randomUUID(), bed.emulator(), bed.image());
    Stage stage = new Stage(bed, state, description, 1, timeline);
    DemoReport report;
    try (DemoPlay play = new DemoPlay(stage, new DemoOptions(connections, seconds), timeline)) {
      report = play.perform();
    }
    if (keep) {
      bed.run().keep();
      Summary.howToLook(timeline, stage, files.stateDirectory());
    }
    return report;
  }

  private static void range(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new BedException("%s is %d: allowed is %d to %d".formatted(option, value, min, max));
    }
  }
}
