package dev.hacolo.bed.oracle.judge;

import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A counter that hands out 1, 2, 3 and so on, over many rounds: each number once, later requests
 * larger ones, none left out but for requests whose answer never came. Not thread-safe.
 */
final class Numbers {
  private static final int MOST_CARRIED = 10_000;
  private static final int MOST_HOLES = 100_000;

  private final String name;
  private final Deque<Long> unanswered = new ArrayDeque<>();
  private long counter;

  Numbers(String name) {
    this.name = name;
  }

  /**
   * A request that was answered, or not.
   *
   * @param number what it got; 0 without an answer
   */
  record Request(long number, long begin, long end) {}

  /**
   * Judges a round and goes on from its end.
   *
   * @param requests all requests since the last round
   * @param after the counter's value, asked for when no client was asking for numbers any more
   */
  List<Violation> judge(List<Request> requests, long after) {
    List<Violation> violations = new ArrayList<>();
    List<Request> answered =
        requests.stream()
            .filter(r -> r.number() > 0)
            .sorted(Comparator.comparingLong(Request::number))
            .toList();
    requests.stream()
        .filter(r -> r.number() == 0)
        .sorted(Comparator.comparingLong(Request::begin))
        .forEach(r -> unanswered.add(r.begin()));
    requireOnce(answered, violations);
    requireOrder(answered, violations);
    requireReached(answered, after, violations);
    requireNoHoles(answered, after, violations);
    counter = after;
    while (unanswered.size() > MOST_CARRIED) {
      unanswered.remove();
    }
    return violations;
  }

  private void requireOnce(List<Request> answered, List<Violation> violations) {
    for (int i = 0; i < answered.size(); i++) {
      long number = answered.get(i).number();
      if (i > 0 && answered.get(i - 1).number() == number) {
        add(violations, Kind.NUMBER_TWICE, "%d was handed out twice".formatted(number));
      } else if (number <= counter) {
        add(
            violations,
            Kind.NUMBER_TWICE,
            "%d was handed out when %d had been reached".formatted(number, counter));
      }
    }
  }

  private void requireOrder(List<Request> answered, List<Violation> violations) {
    Request firstOfLarger = null;
    for (int i = answered.size() - 1; i >= 0; i--) {
      Request r = answered.get(i);
      if (firstOfLarger != null
          && firstOfLarger.number() > r.number()
          && firstOfLarger.end() < r.begin()) {
        add(
            violations,
            Kind.NUMBER_BACK,
            "%d was handed out after %d".formatted(r.number(), firstOfLarger.number()));
      }
      if (firstOfLarger == null || r.end() < firstOfLarger.end()) {
        firstOfLarger = r;
      }
    }
  }

  private void requireReached(List<Request> answered, long after, List<Violation> violations) {
    long largest = answered.isEmpty() ? 0 : answered.get(answered.size() - 1).number();
    if (after < Math.max(largest, counter)) {
      add(
          violations,
          Kind.NUMBER_BACK,
          "the counter is at %d, although %d had been reached"
              .formatted(after, Math.max(largest, counter)));
    }
  }

  /**
   * A hole needs an unanswered request that began before any larger number was there. Holes in the
   * order of these deadlines and requests in the order of their beginnings are matched greedily.
   */
  private void requireNoHoles(List<Request> answered, long after, List<Violation> violations) {
    Map<Long, Long> holes = holes(answered, after);
    holes.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(
            hole -> {
              Long begin = unanswered.peek();
              if (begin != null && begin <= hole.getValue()) {
                unanswered.remove();
              } else {
                add(
                    violations,
                    Kind.NUMBER_SKIPPED,
                    "nobody was given %d, and no unanswered request explains that"
                        .formatted(hole.getKey()));
              }
            });
  }

  /** Numbers that nobody was given, with the moment at which a larger one was there. */
  private Map<Long, Long> holes(List<Request> answered, long after) {
    Map<Long, Long> holes = new HashMap<>();
    long deadline = Operation.NEVER;
    int i = answered.size() - 1;
    for (long number = after; number > Math.max(counter, after - MOST_HOLES); number--) {
      boolean given = false;
      while (i >= 0 && answered.get(i).number() >= number) {
        given |= answered.get(i).number() == number;
        deadline = Math.min(deadline, answered.get(i).end());
        i--;
      }
      if (!given) {
        holes.put(number, deadline);
      }
    }
    return holes;
  }

  private void add(List<Violation> violations, Kind kind, String text) {
    violations.add(new Violation(kind, name + ": " + text));
  }
}
