package dev.hacolo.bed.chaos;

import dev.hacolo.bed.oracle.ClientProcess;
import dev.hacolo.bed.oracle.judge.AnswerGaps;
import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.bed.oracle.judge.RoundJudge;
import dev.hacolo.bed.oracle.judge.Violation;
import dev.hacolo.bed.oracle.load.ClientReport;
import dev.hacolo.bed.oracle.load.Workload;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.stage.PairWatch;
import dev.hacolo.bed.stage.Stage;
import dev.hacolo.bed.stage.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** One pair on one stage, episode after episode. In the control namespace. Not thread-safe. */
final class ChaosRun implements AutoCloseable {
  private static final Duration PROTECT = Duration.ofMinutes(2);

  /** Longer than what agents have said before a fault counts. */
  private static final Duration HEARTBEATS = Duration.ofSeconds(2);

  private static final int ANSWERS_AFTERWARDS = 12;
  private static final int BUDGET = 200_000;

  private final Stage stage;
  private final Timeline timeline;
  private final PairWatch watch;
  private final Injector injector;
  private final ClientProcess clients;
  private final SplittableRandom random;
  private final Set<Fault> allowed;
  private final RoundJudge judge = new RoundJudge(BUDGET);
  private final List<EpisodeResult> results = new ArrayList<>();

  ChaosRun(Stage stage, Timeline timeline, long seed, Set<Fault> allowed) {
    this.allowed = allowed;
    this.stage = stage;
    this.timeline = timeline;
    this.random = new SplittableRandom(seed);
    this.injector = new Injector(stage, timeline);
    this.clients = ClientProcess.start(stage.bed(), random.nextLong(), Workload.USUAL);
    this.watch = new PairWatch(stage.operatorApi(), stage.guest().description().uuid(), timeline);
  }

  List<EpisodeResult> results() {
    return List.copyOf(results);
  }

  /** Waits until the pair is protected. */
  private PairWatch.Pair awaitProtection() {
    return watch.await(
        "protection", PROTECT, p -> p.state().equals("PROTECTED") && p.agentsAgree());
  }

  /** Carries out the next episode; the pair is protected before and after it. */
  EpisodeResult episode() throws IOException {
    return play(Episode.of(results.size() + 1, random, allowed));
  }

  /** One in which the service is away for so many seconds. */
  EpisodeResult withoutService(int seconds) throws IOException {
    return play(Episode.withoutService(results.size() + 1, seconds * 1000));
  }

  private EpisodeResult play(Episode episode) throws IOException {
    clients.begin(episode.number(), episode.own(), episode.meetingMs());
    PairWatch.Pair pair = awaitProtection();
    Roles roles = Roles.of(pair);
    long generation = pair.generation();
    clients.hurry(episode.pace());
    long begun = System.nanoTime();
    strike(episode, roles, begun);
    injector.awaitRestarts();
    long over = System.nanoTime();
    clients.calm();
    awaitSettled(episode, generation, over);
    long again = System.nanoTime();
    boolean goesOn = clients.awaitAnswers(ANSWERS_AFTERWARDS);
    EpisodeResult result = judge(episode, roles, (again - over) / 1_000_000);
    results.add(result);
    timeline.event("episode %s", result.text());
    if (!goesOn && result.clients().failure().isEmpty()) {
      throw new BedException("a service did not answer for 20 s");
    }
    return result;
  }

  /** The service and both agents say that it is protected, by news from after the last fault. */
  private void awaitSettled(Episode episode, long generation, long over) {
    boolean lost = episode.strikes().stream().anyMatch(s -> s.fault().endsGeneration());
    long heard = over + HEARTBEATS.toNanos();
    watch.await(
        "protection again",
        PROTECT,
        p ->
            p.state().equals("PROTECTED")
                && p.agentsAgree()
                && (!lost || p.generation() > generation)
                && System.nanoTime() - heard > 0);
  }

  private record Moment(long at, boolean begins, Strike strike) {}

  /** Plays the faults in time; a moment that was missed follows at once. */
  private void strike(Episode episode, Roles roles, long begun) {
    List<Moment> moments =
        episode.strikes().stream()
            .flatMap(s -> Stream.of(new Moment(s.atMs(), true, s), new Moment(s.endMs(), false, s)))
            .sorted((a, b) -> Long.compare(a.at(), b.at()))
            .toList();
    for (Moment moment : moments) {
      Await.moment(begun + moment.at() * 1_000_000);
      Fault fault = moment.strike().fault();
      if (moment.begins()) {
        injector.begin(fault, roles);
        timeline.event("FAULT        %s", fault);
      } else {
        injector.end(fault, roles);
        timeline.event("ends         %s", fault);
      }
    }
  }

  private EpisodeResult judge(Episode episode, Roles roles, long againMs) throws IOException {
    Path file = stage.bed().run().log("history-%04d".formatted(episode.number()));
    ClientReport report = clients.end(file);
    List<Operation> history = Files.readAllLines(file).stream().map(Operation::of).toList();
    RoundJudge.Verdict verdict = judge.judge(history);
    List<Violation> all =
        Stream.concat(verdict.violations().stream(), report.conflicts().stream()).toList();
    EpisodeResult result =
        new EpisodeResult(
            episode,
            roles,
            againMs,
            history.size(),
            (int) history.stream().filter(Operation::isAmbiguous).count(),
            AnswerGaps.longestMs(history, Long.MIN_VALUE),
            report,
            all,
            verdict.undecided());
    if (result.isGood()) {
      Files.delete(file);
    }
    return result;
  }

  @Override
  public void close() {
    clients.close();
    watch.close();
  }
}
