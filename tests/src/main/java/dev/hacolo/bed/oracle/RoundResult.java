package dev.hacolo.bed.oracle;

import dev.hacolo.bed.oracle.judge.AnswerGaps;
import dev.hacolo.bed.oracle.judge.Operation;
import dev.hacolo.bed.oracle.judge.RoundJudge;
import dev.hacolo.bed.oracle.judge.Violation;
import dev.hacolo.bed.oracle.load.ClientReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a round was.
 *
 * @param plan how it was to go
 * @param placed whether the primary was killed while an agent stood at the plan's step
 * @param primary the node whose primary was killed
 * @param operations requests of the clients and of the survey
 * @param ambiguous those without an answer
 * @param gapMs longest time around the kill without any answer, in ms
 * @param released frames that left the primary between PROTECTED and the kill, by reason
 * @param checkpoints checkpoints in that time
 * @param clients what the clients say; its conflicts are among the violations
 * @param violations number of violations, by kind
 * @param examples the first of them
 * @param undecided keys and lists that were too hard to judge
 * @param limits of the vCPUs of the VM that has taken over
 * @param phases how long its parts took
 */
record RoundResult(
    RoundPlan plan,
    boolean placed,
    String primary,
    int operations,
    int ambiguous,
    long gapMs,
    Map<String, Long> released,
    long checkpoints,
    ClientReport clients,
    Map<Violation.Kind, Long> violations,
    List<String> examples,
    List<String> undecided,
    Limits limits,
    Phases phases) {
  private static final int EXAMPLES = 6;
  private static final long BEFORE_NANOS = 20_000_000;

  /**
   * Puts together what is known of a round.
   *
   * @param killed moment of the kill, in ns of {@link System#nanoTime}
   * @param before the primary's figures when it became protected
   * @param atKill its figures just before the kill
   */
  static RoundResult of(
      RoundPlan plan,
      boolean placed,
      String primary,
      List<Operation> history,
      long killed,
      Figures before,
      Figures atKill,
      ClientReport clients,
      RoundJudge.Verdict verdict,
      Limits limits,
      Phases phases) {
    List<Violation> all =
        Stream.concat(verdict.violations().stream(), clients.conflicts().stream()).toList();
    return new RoundResult(
        plan,
        placed,
        primary,
        history.size(),
        (int) history.stream().filter(Operation::isAmbiguous).count(),
        AnswerGaps.longestMs(history, killed - BEFORE_NANOS),
        atKill.releasedSince(before),
        atKill.checkpoints() - before.checkpoints(),
        clients,
        all.stream()
            .collect(Collectors.groupingBy(Violation::kind, TreeMap::new, Collectors.counting())),
        examples(all),
        verdict.undecided(),
        limits,
        phases);
  }

  boolean isGood() {
    return violations.isEmpty() && clients.failure().isEmpty() && limits.left().isEmpty();
  }

  /**
   * Whether somebody will want to see its history: a connection without answers is no violation.
   */
  boolean isWorthKeeping() {
    return !isGood() || clients.stalls() > 0;
  }

  private static List<String> examples(List<Violation> all) {
    Function<Violation, String> said = v -> v.kind() + " " + v.text();
    return all.stream().map(said).limit(EXAMPLES).toList();
  }
}
