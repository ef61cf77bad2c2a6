package dev.hacolo.bed.oracle.judge;

import dev.hacolo.bed.oracle.judge.Numbers.Request;
import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The token service over many rounds: tokens are unique and stay known, they and the numbers are
 * counted without gaps. Not thread-safe.
 */
final class TokenJudge {
  private static final int MOST_REMEMBERED = 50_000;

  private final Numbers numbers = new Numbers("numbers");
  private final Numbers counts = new Numbers("count of tokens");
  private final Set<String> seen = new LinkedHashSet<>();

  /** Judges a round. Its last {@link Verb#COUNT} was asked when nobody asked for anything else. */
  List<Violation> judge(List<Operation> operations) {
    List<Violation> violations = new ArrayList<>();
    for (Operation o : operations) {
      if (o.verb() == Verb.CHECK && !o.isAmbiguous() && !o.answered().equals("1")) {
        violations.add(new Violation(Kind.TOKEN_UNKNOWN, "token " + o.argument()));
      } else if (o.verb() == Verb.TOKEN && !o.isAmbiguous() && !remember(o.answered())) {
        violations.add(new Violation(Kind.TOKEN_TWICE, "token " + o.answered()));
      }
    }
    operations.stream()
        .filter(o -> o.verb() == Verb.COUNT && !o.isAmbiguous())
        .reduce((a, b) -> b)
        .map(o -> o.answered().split(" ", -1))
        .ifPresent(
            after -> {
              violations.addAll(
                  counts.judge(requests(operations, Verb.TOKEN), Long.parseLong(after[0])));
              violations.addAll(
                  numbers.judge(requests(operations, Verb.NEXT), Long.parseLong(after[1])));
            });
    return violations;
  }

  private boolean remember(String answer) {
    if (seen.size() >= MOST_REMEMBERED) {
      seen.remove(seen.iterator().next());
    }
    return seen.add(answer.substring(answer.indexOf(' ') + 1));
  }

  private static List<Request> requests(List<Operation> operations, Verb verb) {
    return operations.stream().filter(o -> o.verb() == verb).map(TokenJudge::request).toList();
  }

  private static Request request(Operation o) {
    long number = o.isAmbiguous() ? 0 : Long.parseLong(o.answered().split(" ", -1)[0]);
    return new Request(number, o.begin(), o.end());
  }
}
