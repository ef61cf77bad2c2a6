package dev.hacolo.bed.oracle.judge;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of operations that respects real time and that a {@link Model} can carry out:
 * the search of Wing and Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory
 * of what was tried ("Testing for linearizability", 2017).
 *
 * <p>An operation may come next if no other one that is still to come had ended before it began.
 * Those without an answer may come at any moment since their beginning, or never. Not thread-safe,
 * for one search.
 *
 * @param <S> the model's state
 */
public final class Linearisability<S> {
  private final Model<S> model;
  private final List<Operation> operations;
  private final int budget;
  private final BitSet done = new BitSet();
  private final Set<Tried> tried = new HashSet<>();
  private final Deque<Step<S>> path = new ArrayDeque<>();
  private int answersLeft;
  private int fewestLeft;
  private @Nullable Step<S> furthest;

  /** Result of a search. */
  public sealed interface Result {
    /** There is such an order. */
    record Explained() implements Result {}

    /**
     * There is none.
     *
     * @param why where the search came furthest, for a person
     */
    record Impossible(String why) implements Result {}

    /** The budget was used up before the end of the search. */
    record Undecided() implements Result {}
  }

  private record Tried(BitSet done, Object state) {}

  /** A state on the path, and what may come next: those with an answer first. */
  private static final class Step<S> {
    final S state;
    final int[] candidates;
    int at;

    Step(S state, int[] candidates) {
      this.state = state;
      this.candidates = candidates;
    }

    int taken() {
      return candidates[at - 1];
    }
  }

  private Linearisability(Model<S> model, List<Operation> operations, int budget) {
    this.model = model;
    this.budget = budget;
    // What changes nothing and had no answer says nothing.
    this.operations =
        operations.stream()
            .filter(o -> !o.isAmbiguous() || o.verb().changes())
            .sorted(Comparator.comparingLong(Operation::begin))
            .toList();
    this.answersLeft = (int) this.operations.stream().filter(o -> !o.isAmbiguous()).count();
    this.fewestLeft = answersLeft;
  }

  /**
   * Searches.
   *
   * @param operations all operations on one thing since the model's initial state
   * @param budget most states to look at, each with its set of operations done
   */
  public static <S> Result check(Model<S> model, List<Operation> operations, int budget) {
    return new Linearisability<>(model, operations, budget).search();
  }

  private Result search() {
    go(model.initial());
    while (!path.isEmpty()) {
      if (answersLeft == 0) {
        return new Result.Explained();
      }
      if (tried.size() > budget) {
        return new Result.Undecided();
      }
      Step<S> step = path.getLast();
      if (step.at == step.candidates.length) {
        back();
      } else {
        attempt(step, step.candidates[step.at++]);
      }
    }
    return new Result.Impossible(why());
  }

  private void attempt(Step<S> step, int index) {
    Optional<S> next = model.next(step.state, operations.get(index));
    if (next.isEmpty()) {
      return;
    }
    done.set(index);
    if (tried.add(new Tried((BitSet) done.clone(), next.get()))) {
      answersLeft -= operations.get(index).isAmbiguous() ? 0 : 1;
      go(next.get());
    } else {
      done.clear(index);
    }
  }

  private void go(S state) {
    Step<S> step = new Step<>(state, candidates());
    path.addLast(step);
    if (furthest == null || answersLeft < fewestLeft) {
      fewestLeft = answersLeft;
      furthest = step;
    }
  }

  private void back() {
    path.removeLast();
    if (!path.isEmpty()) {
      int taken = path.getLast().taken();
      done.clear(taken);
      answersLeft += operations.get(taken).isAmbiguous() ? 0 : 1;
    }
  }

  private int[] candidates() {
    IntStream.Builder answered = IntStream.builder();
    IntStream.Builder ambiguous = IntStream.builder();
    long firstEnd = Operation.NEVER;
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      Operation o = operations.get(i);
      if (o.begin() > firstEnd) {
        break; // Sorted by beginning: so did all that follow.
      }
      firstEnd = Math.min(firstEnd, o.end());
      (o.isAmbiguous() ? ambiguous : answered).add(i);
    }
    return IntStream.concat(answered.build(), ambiguous.build()).toArray();
  }

  private String why() {
    Step<S> step = furthest;
    if (step == null) {
      return "";
    }
    Stream<String> next =
        IntStream.of(step.candidates).mapToObj(operations::get).limit(6).map(Operation::toLine);
    return "%d of %d answers are explained; in the state '%s' none of these can come next: %s"
        .formatted(
            operations.stream().filter(o -> !o.isAmbiguous()).count() - fewestLeft,
            operations.stream().filter(o -> !o.isAmbiguous()).count(),
            step.state,
            String.join(" | ", next.toList()).replace('\t', ' '));
  }
}
