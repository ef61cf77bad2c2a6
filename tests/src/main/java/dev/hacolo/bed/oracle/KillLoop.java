package dev.hacolo.bed.oracle;

import dev.hacolo.bed.AgentPair;
import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.control.AgentProcess;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.bed.oracle.judge.RoundJudge;
import dev.hacolo.bed.oracle.load.ClientReport;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import dev.hacolo.bed.oracle.steps.StopPoint;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/**
 * One guest that is protected, killed, taken over and protected again, there and back, round after
 * round. To be used in the bed's control namespace. Not thread-safe.
 */
final class KillLoop implements AutoCloseable {
  /** The primary's figures are read shortly before it is killed. */
  private static final long READING_NANOS = 60_000_000;

  /** A checkpoint comes at least every some seconds. */
  private static final Duration STEP_DEADLINE = Duration.ofSeconds(12);

  private static final int BUDGET = 200_000;
  private static final int ANSWERS_AFTERWARDS = 12;
  private static final int MOST_HISTORIES = 10;

  private final TwoNodeBed bed;
  private final OracleOptions options;
  private final SplittableRandom random;
  private final RoundJudge judge = new RoundJudge(BUDGET);
  private final DirectGuest guest;
  private final AgentPair pair;
  private final ClientProcess clients;
  private String primary = "node-a";
  private String secondary = "node-b";
  private long generation = 1;
  private int histories;

  private KillLoop(
      TwoNodeBed bed,
      OracleOptions options,
      SplittableRandom random,
      DirectGuest guest,
      AgentPair pair) {
    this.bed = bed;
    this.options = options;
    this.random = random;
    this.guest = guest;
    this.pair = pair;
    this.clients = ClientProcess.start(bed, random.nextLong(), options.workload());
  }

  /** Boots the guest and starts agents and clients. */
  static KillLoop start(TwoNodeBed bed, OracleOptions options) throws TimeoutException {
    GuestDescription description = OracleGuest.describe(bed);
    DirectGuest guest = bed.startGuest("node-a", description);
    boolean stepped = !options.steps().isEmpty();
    AgentPair pair =
        new AgentPair(
            bed, description, options.policy(), stepped ? AgentProcess::allowDebugging : a -> {});
    guest.awaitUp();
    return new KillLoop(bed, options, new SplittableRandom(options.seed()), guest, pair);
  }

  /** Protects, kills, fails over and judges once. */
  RoundResult round(int number) throws IOException {
    RoundPlan plan = RoundPlan.of(number, options, random);
    Phases phases = new Phases(System.nanoTime());
    clients.begin(plan.number(), plan.own(), plan.meetingMs());
    pair.protect(primary, secondary, generation);
    clients.hurry(plan.pace());
    long due = plan.due(System.nanoTime());
    phases.over("protect", System.nanoTime());
    Figures before = Figures.of(pair.metrics(primary));
    boolean confined = options.isConfined() && !pair.guest().vcpuLimits(secondary).isEmpty();
    Await.moment(due - READING_NANOS);
    Figures atKill = Figures.of(pair.metrics(primary));
    Await.moment(due);
    OptionalLong atStep = plan.at() == null ? OptionalLong.empty() : killAt(plan, plan.at());
    long killed = atStep.isPresent() ? atStep.getAsLong() : kill(plan);
    phases.over("serve", System.nanoTime());
    clients.calm(); // What the killed one has said does not change any more.
    String survivor = awaitSurvivor(plan.loss());
    phases.over("failover", System.nanoTime());
    Limits limits = limits(confined, survivor);
    if (plan.loss().killsAgent()) {
      pair.launch(primary);
    }
    boolean goesOn = clients.awaitAnswers(ANSWERS_AFTERWARDS);
    phases.over("answers", System.nanoTime());
    RoundResult result =
        judge(plan, atStep.isPresent(), killed, before, atKill, goesOn, limits, phases);
    comeBack(plan.loss(), survivor);
    phases.over("return", System.nanoTime());
    return result;
  }

  /** What became of the limits of the survivor's vCPUs. */
  private Limits limits(boolean confined, String survivor) {
    return options.isConfined()
        ? new Limits(confined, pair.guest().vcpuLimits(survivor))
        : Limits.NONE;
  }

  /** The node whose copy serves; without a link between the nodes it may be either. */
  private String awaitSurvivor(Loss loss) {
    if (loss != Loss.LINK) {
      pair.awaitPhase(secondary, "SOLO");
      return secondary;
    }
    String phase = pair.awaitPhase(primary, "SOLO", "GONE").required("phase").asText();
    String survivor = phase.equals("SOLO") ? primary : secondary;
    pair.awaitPhase(survivor, "SOLO");
    return survivor;
  }

  /** What was lost is there again, for the survivor's next secondary. */
  private void comeBack(Loss loss, String survivor) {
    String lost = survivor.equals(primary) ? secondary : primary;
    if (loss == Loss.LINK) {
      bed.network().cutBetweenNodes(false);
    }
    if (loss.killsAgent()) {
      pair.awaitReady(lost);
    }
    if (loss == Loss.AGENT) {
      // As the service would: the VM runs on without its agent, and the other one serves.
      pair.order(lost, SessionTarget.STAND_DOWN, generation + 1);
    }
    if (loss != Loss.NODE) {
      pair.awaitPhase(lost, "GONE");
    }
    primary = survivor;
    secondary = lost;
    generation += 2;
  }

  /** Kills while an agent stands at a step, and says when; not if it does not come to it. */
  private OptionalLong killAt(RoundPlan plan, ProtocolStep step) {
    String node = step.side() == ProtocolStep.Side.PRIMARY ? primary : secondary;
    try (StopPoint point = pair.stopAt(node, step, plan.passes())) {
      return point.await(STEP_DEADLINE) ? OptionalLong.of(kill(plan)) : OptionalLong.empty();
    }
  }

  /** Returns when the loss is complete; says when it began, by {@link System#nanoTime}. */
  private long kill(RoundPlan plan) {
    long begun = System.nanoTime();
    Loss loss = plan.loss();
    if (loss == Loss.HAND_OVER) {
      pair.handOver(primary, generation);
    }
    if (loss == Loss.LINK) {
      bed.network().cutBetweenNodes(true);
    }
    if (loss.killsQemu() && pair.killSecondary(primary) == 0) {
      guest.qemu().kill(); // The first one, which no agent has started.
    }
    if (loss.killsAgent()) {
      pair.killAgent(primary);
    }
    return begun;
  }

  private RoundResult judge(
      RoundPlan plan,
      boolean placed,
      long killed,
      Figures before,
      Figures atKill,
      boolean goesOn,
      Limits limits,
      Phases phases)
      throws IOException {
    Path file = bed.run().log("history-%04d".formatted(plan.number()));
    ClientReport report = clients.end(file);
    phases.over("survey", System.nanoTime());
    List<Operation> history = Files.readAllLines(file).stream().map(Operation::of).toList();
    RoundResult result =
        RoundResult.of(
            plan,
            placed,
            primary,
            history,
            killed,
            before,
            atKill,
            report,
            judge.judge(history),
            limits,
            phases);
    phases.over("judge", System.nanoTime());
    if (!result.isWorthKeeping() || ++histories > MOST_HISTORIES) {
      Files.delete(file);
    }
    if (!goesOn && report.failure().isEmpty()) {
      throw new BedException("a service did not answer for 20 s after kill " + plan.number());
    }
    return result;
  }

  @Override
  public void close() throws TimeoutException {
    clients.close();
    pair.close();
  }
}
