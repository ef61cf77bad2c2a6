package dev.hacolo.bed.chaos;

import dev.hacolo.bed.oracle.judge.Violation;
import dev.hacolo.bed.oracle.load.ClientReport;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of an episode.
 *
 * @param episode what went wrong
 * @param roles who was what when it began
 * @param protectedAgainMs from the end of the last fault until the pair was protected again
 * @param operations requests of clients and survey
 * @param ambiguous those without an answer
 * @param longestGapMs longest time without any answer
 * @param clients what the clients say
 * @param violations what must not be
 * @param undecided keys and lists that were too hard to judge
 */
record EpisodeResult(
    Episode episode,
    Roles roles,
    long protectedAgainMs,
    int operations,
    int ambiguous,
    long longestGapMs,
    ClientReport clients,
    List<Violation> violations,
    List<String> undecided) {
  EpisodeResult {
    violations = List.copyOf(violations);
    undecided = List.copyOf(undecided);
  }

  boolean isGood() {
    return violations.isEmpty() && clients.failure().isEmpty();
  }

  /** In one sentence. */
  String text() {
    String faults =
        episode.strikes().stream()
            .map(s -> "%s at %d for %d ms".formatted(s.fault(), s.atMs(), s.lastsMs()))
            .collect(Collectors.joining(", "));
    String found =
        violations.stream().map(v -> v.kind() + " " + v.text()).collect(Collectors.joining("; "));
    return "%d (%s primary) %s: protected again after %d ms, %d requests (%d unanswered), gap %d ms, %d reset%s%s"
        .formatted(
            episode.number(),
            roles.primary(),
            faults,
            protectedAgainMs,
            operations,
            ambiguous,
            longestGapMs,
            clients.resets(),
            found.isEmpty() ? "" : ", VIOLATIONS " + found,
            clients.failure().isEmpty() ? "" : ", " + clients.failure());
  }
}
