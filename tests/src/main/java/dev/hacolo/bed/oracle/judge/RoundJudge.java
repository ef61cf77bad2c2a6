package dev.hacolo.bed.oracle.judge;

import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges rounds: what clients asked and were answered from one failover to the next. Keys and lists
 * are new in each round, tokens and numbers go on. Not thread-safe.
 */
public final class RoundJudge {
  /** Subjects that begin so are keys. */
  public static final String KEY = "key/";

  /** Subjects that begin so are lists. */
  public static final String LIST = "list/";

  /** Subject of the token service's operations. */
  public static final String TOKENS = "tokens";

  private final int budget;
  private final TokenJudge tokens = new TokenJudge();

  /**
   * Judges.
   *
   * @param budget most states that are looked at for one key or list
   */
  public RoundJudge(int budget) {
    this.budget = budget;
  }

  /**
   * What a round was.
   *
   * @param violations what must not be
   * @param undecided keys and lists that the budget did not suffice for
   */
  public record Verdict(List<Violation> violations, List<String> undecided) {
    /** Keeps copies. */
    public Verdict {
      violations = List.copyOf(violations);
      undecided = List.copyOf(undecided);
    }
  }

  /**
   * Judges the next round.
   *
   * @param operations all of the round, in any order
   */
  public Verdict judge(List<Operation> operations) {
    List<Violation> violations = new ArrayList<>();
    List<String> undecided = new ArrayList<>();
    List<Operation> right = new ArrayList<>();
    for (Operation o : operations) {
      if (!o.isAmbiguous() && o.answered().startsWith(Operation.WRONG)) {
        violations.add(new Violation(Kind.WRONG_ANSWER, o.toLine().replace('\t', ' ')));
      } else {
        right.add(o);
      }
    }
    Map<String, List<Operation>> bySubject =
        right.stream()
            .collect(Collectors.groupingBy(Operation::subject, TreeMap::new, Collectors.toList()));
    bySubject.forEach((subject, all) -> judge(subject, all, violations, undecided));
    return new Verdict(violations, undecided);
  }

  private void judge(
      String subject, List<Operation> all, List<Violation> violations, List<String> undecided) {
    if (subject.equals(TOKENS)) {
      violations.addAll(tokens.judge(all));
    } else if (subject.startsWith(LIST)) {
      List<Violation> found = ListAudit.of(subject, all);
      violations.addAll(found);
      if (found.isEmpty()) {
        search(subject, new ListModel(), all, violations, undecided);
      }
    } else {
      search(subject, new RegisterModel(), all, violations, undecided);
    }
  }

  private void search(
      String subject,
      Model<?> model,
      List<Operation> all,
      List<Violation> violations,
      List<String> undecided) {
    Linearisability.Result result = Linearisability.check(model, all, budget);
    if (result instanceof Linearisability.Result.Impossible impossible) {
      violations.add(new Violation(Kind.NOT_LINEARISABLE, subject + ": " + impossible.why()));
    } else if (result instanceof Linearisability.Result.Undecided) {
      undecided.add(subject);
    }
  }
}
