package dev.hacolo.bed.oracle.judge;

import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Items of one list, in and out, whatever their order. */
final class ListAudit {
  private final String list;
  private final Map<String, Integer> taken = new HashMap<>();
  private final Set<String> pushed = new HashSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Set<String> left = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();
  private int unansweredPops;
  private boolean listed;

  private ListAudit(String list) {
    this.list = list;
  }

  /**
   * Audits a list that was empty at first.
   *
   * @param operations all operations on it; those after the last {@link Verb#ALL} are reads
   */
  static List<Violation> of(String list, List<Operation> operations) {
    ListAudit audit = new ListAudit(list);
    operations.forEach(audit::add);
    audit.conclude();
    return audit.violations;
  }

  private void add(Operation o) {
    switch (o.verb()) {
      case PUSH_LEFT, PUSH_RIGHT -> {
        pushed.add(o.argument());
        if (!o.isAmbiguous()) {
          acknowledged.add(o.argument());
        }
      }
      case POP_LEFT -> {
        if (o.isAmbiguous()) {
          unansweredPops++;
        } else if (!o.answered().equals(Operation.ABSENT)) {
          taken.merge(o.answered(), 1, Integer::sum);
        }
      }
      case ALL -> {
        if (!o.isAmbiguous()) {
          listed = true;
          left.clear();
          left.addAll(Arrays.asList(o.answered().split(",", -1)));
        }
      }
      default -> {}
    }
  }

  private void conclude() {
    taken.forEach(
        (item, times) -> {
          if (times > 1) {
            say(Kind.ITEM_TWICE, "item %s was handed out %d times".formatted(item, times));
          } else if (left.contains(item)) {
            say(Kind.ITEM_TWICE, "item %s was handed out and is still there".formatted(item));
          }
          if (!pushed.contains(item)) {
            say(Kind.WRONG_ANSWER, "item %s was never pushed".formatted(item));
          }
        });
    Set<String> missing = new HashSet<>(acknowledged);
    missing.removeAll(taken.keySet());
    missing.removeAll(left);
    if (listed && missing.size() > unansweredPops) {
      say(
          Kind.ITEM_LOST,
          "%d acknowledged items are nowhere, with %d pops unanswered: %s"
              .formatted(missing.size(), unansweredPops, missing.stream().limit(5).toList()));
    }
  }

  private void say(Kind kind, String text) {
    violations.add(new Violation(kind, list + ": " + text));
  }
}
