package dev.hacolo.bed.chaos;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.control.NovaNotifications;
import dev.hacolo.bed.oracle.OracleGuest;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.FailedRun;
import dev.hacolo.bed.process.ProgramFiles;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ha-colo chaos}. */
@Command(
    name = "ha-colo chaos",
    description = "Random faults at every part under load, judged by the oracle.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ChaosProgram implements Callable<Integer> {
  private static final int BAD = 1;
  private static final int FAILED = 2;
  private static final int MOST_MINUTES = 1440;
  private static final int LONGEST_AWAY = 3600;
  private static final int REPLICAS = 2;
  private static final List<String> NODES = List.of(Stage.PRIMARY, Stage.SECONDARY, "node-c");

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "no episode begins later, 1 to 1440 (default: ${DEFAULT-VALUE})",
      defaultValue = "5")
  private int minutes;

  @Option(
      names = "--episodes",
      paramLabel = "N",
      description = "most episodes (default: as many as the time allows)",
      defaultValue = "100000")
  private int episodes;

  @Option(names = "--seed", paramLabel = "S", description = "seed of all random choices")
  private @Nullable Long seed;

  @Option(
      names = "--service-away",
      paramLabel = "SECONDS",
      description =
          "begin with an episode in which all replicas of the service are away for so long, and the"
              + " primary dies halfway through it, at most 3600 (default: none)",
      defaultValue = "0")
  private int serviceAway;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "compute nodes, 2 or 3 (default: ${DEFAULT-VALUE})",
      defaultValue = "2")
  private int nodes;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      description = "what may go wrong, names separated by commas (default: everything)")
  private Set<Fault> faults = EnumSet.allOf(Fault.class);

  @Mixin private ProgramFiles files = new ProgramFiles();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private volatile boolean ending;

  /** Runs it and exits: 0 good, 1 bad, 2 it could not be carried out. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ChaosProgram()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    try {
      if (minutes < 1 || minutes > MOST_MINUTES) {
        throw new BedException(
            "--minutes is %d: allowed is 1 to %d".formatted(minutes, MOST_MINUTES));
      }
      if (episodes < 1) {
        throw new BedException("--episodes is %d: allowed is at least 1".formatted(episodes));
      }
      if (serviceAway < 0 || serviceAway > LONGEST_AWAY) {
        throw new BedException(
            "--service-away is %d: allowed is 0 to %d".formatted(serviceAway, LONGEST_AWAY));
      }
      if (nodes < 2 || nodes > NODES.size()) {
        throw new BedException("--nodes is %d: allowed is 2 or 3".formatted(nodes));
      }
      return perform(files.state());
    } catch (BedException e) {
      if (!ending) {
        System.err.println("ha-colo chaos: " + e.getMessage());
      }
      return FAILED;
    }
  }

  private int perform(StateDirectory state) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "chaos-ending"));
    Timeline timeline = Timeline.ofEvents(out);
    try (TwoNodeBed bed = TwoNodeBed.create(state, NODES.subList(0, nodes), false)) {
      try {
        ChaosReport report = bed.network().control().call(() -> perform(bed, state, timeline));
        files.write(report);
        if (!report.good() && !ending) {
          timeline.line("logs and histories are kept in " + FailedRun.keepLogs(state, bed.run()));
        }
        return report.good() ? 0 : BAD;
      } catch (Exception e) {
        if (!ending) {
          timeline.line("the logs are kept in " + FailedRun.keepLogs(state, bed.run()));
        }
        throw e instanceof BedException known ? known : new BedException("it failed: " + e, e);
      }
    }
  }

  private ChaosReport perform(TwoNodeBed bed, StateDirectory state, Timeline timeline)
      throws IOException {
    long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
    timeline.event("seed %d", chosen);
    Stage stage = new Stage(bed, state, OracleGuest.describe(bed), REPLICAS, timeline);
    try (ChaosRun run = new ChaosRun(stage, timeline, chosen, faults)) {
      create(stage);
      List<String> complaints = play(run);
      ChaosReport report = ChaosReport.of(chosen, complaints, run.results(), timeline.entries());
      timeline.line("");
      timeline.line(report.text());
      return report;
    }
  }

  private static void create(Stage stage) {
    try (NovaNotifications nova = new NovaNotifications(stage.broker())) {
      String body = NovaNotifications.created(stage.guest().description(), Stage.PRIMARY, true);
      stage.openStack().createInstance();
      nova.publish(body);
    }
  }

  /** Until the time is over, or something cannot be put right; says what that was. */
  private List<String> play(ChaosRun run) throws IOException {
    List<String> complaints = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
    try {
      for (int i = 0; i < episodes && System.nanoTime() - end < 0 && !ending; i++) {
        EpisodeResult result =
            i == 0 && serviceAway > 0 ? run.withoutService(serviceAway) : run.episode();
        if (!result.isGood()) {
          complaints.add(result.text());
        }
        if (!result.clients().failure().isEmpty()) {
          break;
        }
      }
    } catch (BedException e) {
      complaints.add(e.getMessage());
    }
    return complaints;
  }
}
