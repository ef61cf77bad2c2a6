package dev.hacolo.agent.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every state that a pair can come to, the nearest first, so the first violation has the
 * shortest trace. States are told apart by 64 bits: of n states, two are taken for one with a
 * probability of about n^2/2^65, 3e-8 for a million.
 */
final class Explorer implements Steps.Sink {
  /**
   * What was found.
   *
   * @param states how many there are, or were until the violation
   * @param steps how often each kind of step was taken, without those that never were
   * @param trace which of each state's steps lead to the violation; empty without
   */
  record Result(
      int states,
      int depth,
      Map<Step, Long> steps,
      @Nullable String violation,
      List<Integer> trace) {
    long count(Step step) {
      return steps.getOrDefault(step, 0L);
    }
  }

  private final PairModel model;
  private final Visited visited = new Visited();
  private final StateQueue queue = new StateQueue();
  private final Map<Step, long[]> taken = new EnumMap<>(Step.class);
  private int parent;
  private int ordinal;
  private @Nullable String violation;
  private int violatedBy;

  private Explorer(Setup setup) {
    model = new PairModel(setup);
  }

  /** Until all is seen, or the first violation. */
  static Result explore(Setup setup) {
    return new Explorer(setup).run();
  }

  private Result run() {
    State state = PairModel.start();
    visited.add(state.fingerprint(), -1, 0);
    queue.add(state);
    for (parent = 0; violation == null && queue.take(state); parent++) {
      ordinal = 0;
      model.from(state, this);
    }
    List<Integer> trace = violation == null ? List.of() : trace(parent - 1);
    int deepest = violation == null ? depth(visited.size() - 1) : trace.size();
    Map<Step, Long> steps = new EnumMap<>(Step.class);
    taken.forEach((step, count) -> steps.put(step, count[0]));
    return new Result(visited.size(), deepest, steps, violation, trace);
  }

  @Override
  public void step(Step step, int client, int answer, State next, @Nullable String broken) {
    taken.computeIfAbsent(step, s -> new long[1])[0]++;
    if (broken != null && violation == null) {
      violation = broken;
      violatedBy = ordinal;
    }
    if (visited.add(next.fingerprint(), parent, ordinal)) {
      queue.add(next);
    }
    ordinal++;
  }

  private int depth(int last) {
    int depth = 0;
    for (int at = last; visited.parent(at) >= 0; at = visited.parent(at)) {
      depth++;
    }
    return depth;
  }

  private List<Integer> trace(int last) {
    List<Integer> ordinals = new ArrayList<>(List.of(violatedBy));
    for (int at = last; visited.parent(at) >= 0; at = visited.parent(at)) {
      ordinals.add(visited.ordinal(at));
    }
    Collections.reverse(ordinals);
    return ordinals;
  }
}
