package dev.hacolo.bed.oracle;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProgramFiles;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ha-colo oracle}. */
@Command(
    name = "ha-colo oracle",
    description = "Kills primaries at random moments under load and judges what clients have seen.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class OracleProgram implements Callable<Integer> {
  private static final int VIOLATIONS = 1;
  private static final int FAILED = 2;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "kills, 1 to 10000 (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int kills;

  @Option(
      names = "--release",
      paramLabel = "MODE",
      description = "release mode of the pair (default: ${DEFAULT-VALUE}); with 'all' it must fail",
      defaultValue = "compare")
  private String release = "";

  @Option(names = "--seed", paramLabel = "S", description = "seed of all random choices")
  private @Nullable Long seed;

  @Option(
      names = "--moments",
      paramLabel = "FROM-TO",
      description = "when to kill, in ms after the guest is protected (default: ${DEFAULT-VALUE})",
      defaultValue = "200-2000")
  private String moments = "";

  @Option(
      names = "--secondary-vcpus",
      paramLabel = "M",
      description = "active vCPUs of the secondary, of 2; 0: all (default: ${DEFAULT-VALUE})",
      defaultValue = "0")
  private int secondaryVcpus;

  @Option(
      names = "--at",
      paramLabel = "STEPS",
      description =
          "place the kills at steps of the agents' protocols, in turn: 'all', or names separated by"
              + " commas (another one than exists shows them)",
      defaultValue = "")
  private String steps = "";

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description =
          "usual, or queue: known items are taken by all clients at once"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "usual")
  private String workload = "";

  @Option(
      names = "--losses",
      paramLabel = "LIST",
      description =
          "what becomes of the primaries, in turn: qemu, node (and its agent), agent, link (between"
              + " the nodes), hand-over (default: ${DEFAULT-VALUE})",
      defaultValue = "qemu,qemu,qemu,node")
  private String losses = "";

  @Mixin private ProgramFiles files = new ProgramFiles();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
  private volatile boolean ending;

  /** Runs the oracle and exits: 0 good, 1 violations, 2 it could not be carried out. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new OracleProgram()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    try {
      long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
      OracleOptions options =
          OracleOptions.parse(
              kills, release, chosen, moments, secondaryVcpus, steps, workload, losses);
      return perform(options, files.state());
    } catch (BedException e) {
      if (!ending) {
        err.println("ha-colo oracle: " + e.getMessage());
      }
      return FAILED;
    }
  }

  private int perform(OracleOptions options, StateDirectory state) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "oracle-ending"));
    OracleReport report = new OracleRun(state, options, err, () -> ending).perform();
    files.write(report);
    out.print(report.text());
    if (!report.failure().isEmpty()) {
      return FAILED;
    }
    return report.isGood() ? 0 : VIOLATIONS;
  }
}
