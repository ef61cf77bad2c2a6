package dev.hacolo.bed.oracle;

import dev.hacolo.bed.oracle.judge.Violation;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The content of {@code --json}.
 *
 * @param release release mode
 * @param seed of all random choices
 * @param kills primaries that were killed and whose round was judged
 * @param seconds from the first protection to the last verdict
 * @param killsPerMinute rate of these
 * @param operations requests that were judged
 * @param ambiguous requests without an answer
 * @param resets connections that the guest or its network ended
 * @param stalls connections that were given up because no answer came within 5 s
 * @param segments TCP segments whose positions were watched
 * @param missed frames that went by unwatched
 * @param released frames that left the primaries, by reason
 * @param violations number of violations by kind
 * @param roundsWithViolations rounds with at least one
 * @param undecided keys and lists that were too hard to judge
 * @param confined rounds in which the secondary's vCPUs were confined before the kill
 * @param limitsLeft rounds in which something still limited them when it served
 * @param placed kills that were placed at a step, by step
 * @param gaps how long clients were without answers, by what became of the primary
 * @param failure why it ended early; empty if it did not
 * @param rounds all rounds
 */
record OracleReport(
    String release,
    long seed,
    int kills,
    double seconds,
    double killsPerMinute,
    long operations,
    long ambiguous,
    long resets,
    long stalls,
    long segments,
    long missed,
    Map<String, Long> released,
    Map<Violation.Kind, Long> violations,
    long roundsWithViolations,
    long undecided,
    long confined,
    long limitsLeft,
    Map<ProtocolStep, Long> placed,
    Map<Loss, Gaps> gaps,
    String failure,
    List<RoundResult> rounds) {

  static OracleReport of(
      OracleOptions options, List<RoundResult> rounds, double seconds, String failure) {
    Map<Violation.Kind, Long> violations = new TreeMap<>();
    Map<String, Long> released = new TreeMap<>();
    for (RoundResult round : rounds) {
      round.violations().forEach((kind, n) -> violations.merge(kind, n, Long::sum));
      round.released().forEach((reason, n) -> released.merge(reason, n, Long::sum));
    }
    return new OracleReport(
        options.policy().release(),
        options.seed(),
        rounds.size(),
        seconds,
        seconds > 0 ? rounds.size() * 60 / seconds : 0,
        rounds.stream().mapToLong(RoundResult::operations).sum(),
        rounds.stream().mapToLong(RoundResult::ambiguous).sum(),
        rounds.stream().mapToLong(r -> r.clients().resets()).sum(),
        rounds.stream().mapToLong(r -> r.clients().stalls()).sum(),
        rounds.stream().mapToLong(r -> r.clients().segments()).sum(),
        rounds.stream().mapToLong(r -> r.clients().missed()).sum(),
        released,
        violations,
        rounds.stream().filter(r -> !r.violations().isEmpty()).count(),
        rounds.stream().mapToLong(r -> r.undecided().size()).sum(),
        rounds.stream().filter(r -> r.limits().confined()).count(),
        rounds.stream().filter(r -> !r.limits().left().isEmpty()).count(),
        placed(rounds),
        gaps(rounds),
        failure,
        List.copyOf(rounds));
  }

  /**
   * Longest times without any answer.
   *
   * @param count rounds
   * @param medianMs in ms
   * @param longestMs in ms
   */
  record Gaps(int count, long medianMs, long longestMs) {
    static Gaps of(List<Long> gaps) {
      List<Long> sorted = gaps.stream().sorted().toList();
      return new Gaps(sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }

    @Override
    public String toString() {
      return "%d, median %d ms, longest %d ms".formatted(count, medianMs, longestMs);
    }
  }

  private static Map<Loss, Gaps> gaps(List<RoundResult> rounds) {
    Map<Loss, Gaps> gaps = new TreeMap<>();
    rounds.stream()
        .collect(
            Collectors.groupingBy(
                r -> r.plan().loss(), Collectors.mapping(RoundResult::gapMs, Collectors.toList())))
        .forEach((loss, all) -> gaps.put(loss, Gaps.of(all)));
    return gaps;
  }

  private static Map<ProtocolStep, Long> placed(List<RoundResult> rounds) {
    Map<ProtocolStep, Long> placed = new TreeMap<>();
    for (RoundResult round : rounds) {
      ProtocolStep at = round.plan().at();
      if (at != null) {
        placed.merge(at, round.placed() ? 1L : 0L, Long::sum);
      }
    }
    return placed;
  }

  /** Whether nothing was wrong and all was carried out. */
  boolean isGood() {
    return failure.isEmpty() && rounds.stream().allMatch(RoundResult::isGood);
  }

  /** For a person. */
  String text() {
    String verdict = !failure.isEmpty() ? "FAILED: " + failure : isGood() ? "good" : "BAD";
    return String.format(
        Locale.ROOT,
        "VERDICT: %s%n"
            + "  release      %s, seed %d%n"
            + "  kills        %d in %.0f s, %.1f a minute%n"
            + "  requests     %d judged, %d of them without an answer%n"
            + "  connections  %d reset, %d given up%n"
            + "  segments     %d watched, %d missed%n"
            + "  released     %s%n"
            + "  violations   %s in %d rounds%n"
            + "  undecided    %d%n"
            + "  gaps         %s%n"
            + "  vCPUs        confined before %d of the kills, still limited after %d%n"
            + "  steps        %s%n",
        verdict,
        release,
        seed,
        kills,
        seconds,
        killsPerMinute,
        operations,
        ambiguous,
        resets,
        stalls,
        segments,
        missed,
        released,
        violations.isEmpty() ? "0" : violations,
        roundsWithViolations,
        undecided,
        gaps,
        confined,
        limitsLeft,
        placed.isEmpty() ? "none chosen" : "kills at each: " + placed);
  }
}
