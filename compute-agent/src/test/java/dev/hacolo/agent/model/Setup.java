package dev.hacolo.agent.model;

import dev.hacolo.agent.model.Service.Change;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One configuration of the model.
 *
 * @param release when outputs leave
 * @param rules those that are on
 * @param programs what each of the two clients asks for, at most 3 requests each
 * @param pipelined whether the first client sends two requests at a time
 * @param checkpoints at most so many, 0 to 2
 * @param lateEvents whether the agents may see STOP and RESUME later than the packets that follow;
 *     not with two checkpoints
 * @param judgesAnswers whether answers are judged, and not only that a position keeps its bytes
 * @param change what changes the key without a request
 */
record Setup(
    Release release,
    Set<Rule> rules,
    List<List<Op>> programs,
    boolean pipelined,
    int checkpoints,
    boolean lateEvents,
    boolean judgesAnswers,
    Change change) {
  /** When outputs leave. */
  enum Release {
    /** Compared or checkpointed. */
    COMPARE,
    /** Also before that, if the rules allow it. */
    PRE_RELEASE,
    /** At once. */
    ALL
  }

  Setup {
    if (checkpoints > 1 && lateEvents) {
      throw new IllegalArgumentException("late events are modelled for one checkpoint only");
    }
  }

  /** With the rules of a mode, one checkpoint. */
  static Setup of(Release release, Set<Rule> rules, String first, String second) {
    return new Setup(
        release,
        rules,
        List.of(program(first), program(second)),
        false,
        1,
        false,
        true,
        Change.NOTHING);
  }

  private static List<Op> program(String names) {
    return Arrays.stream(names.split(" ", -1)).map(Op::valueOf).toList();
  }

  Setup without(Rule... off) {
    EnumSet<Rule> left = EnumSet.copyOf(rules);
    left.removeAll(Arrays.asList(off));
    Set<Rule> fixed = Collections.unmodifiableSet(left);
    return new Setup(
        release, fixed, programs, pipelined, checkpoints, lateEvents, judgesAnswers, change);
  }

  Setup withPipelining() {
    return new Setup(
        release, rules, programs, true, checkpoints, lateEvents, judgesAnswers, change);
  }

  Setup withCheckpoints(int most) {
    return new Setup(release, rules, programs, pipelined, most, lateEvents, judgesAnswers, change);
  }

  Setup withLateEvents() {
    return new Setup(release, rules, programs, pipelined, checkpoints, true, judgesAnswers, change);
  }

  Setup with(Change other) {
    return new Setup(
        release, rules, programs, pipelined, checkpoints, lateEvents, judgesAnswers, other);
  }

  Setup and(Rule... on) {
    EnumSet<Rule> more = EnumSet.copyOf(rules);
    more.addAll(Arrays.asList(on));
    return new Setup(
        release,
        Collections.unmodifiableSet(more),
        programs,
        pipelined,
        checkpoints,
        lateEvents,
        judgesAnswers,
        change);
  }

  boolean has(Rule rule) {
    return rules.contains(rule);
  }

  Op op(int client, int index) {
    return programs.get(client).get(index);
  }

  Setup judgingBytesOnly() {
    return new Setup(release, rules, programs, pipelined, checkpoints, lateEvents, false, change);
  }

  /** In one line, for lists. */
  String name() {
    StringBuilder name = new StringBuilder(release == Release.COMPARE ? "compare" : "strict");
    name.append(pipelined ? ", pipelined" : "").append(lateEvents ? ", late events" : "");
    name.append(change == Change.NOTHING ? "" : ", " + change.name().toLowerCase(Locale.ROOT));
    name.append(checkpoints > 1 ? ", two checkpoints" : "");
    name.append(has(Rule.A_SEES_STOP_FIRST) ? ", A sees STOP first" : "");
    return name.append(' ').append(programs).toString();
  }

  int length(int client) {
    return programs.get(client).size();
  }
}
