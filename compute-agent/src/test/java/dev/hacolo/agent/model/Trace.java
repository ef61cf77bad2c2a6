package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Explorer.Result;
import org.jspecify.annotations.Nullable;

/** Tells the steps that lead to a violation. */
final class Trace {
  private final Setup setup;
  private final StringBuilder text = new StringBuilder();
  private final State now = PairModel.start();
  private final State taken = new State();
  private int wanted;
  private int ordinal;

  private Trace(Setup setup) {
    this.setup = setup;
  }

  /** One line for each step, and the violation. */
  static String of(Setup setup, Result result) {
    return new Trace(setup).tell(result);
  }

  private String tell(Result result) {
    PairModel model = new PairModel(setup);
    for (int c = 0; c < State.CLIENTS; c++) {
      text.append("client %d: %s\n".formatted(c + 1, setup.programs().get(c)));
    }
    int number = 0;
    for (int step : result.trace()) {
      wanted = step;
      ordinal = 0;
      text.append("%2d ".formatted(++number));
      model.from(now, this::step);
      now.set(taken);
    }
    return text.append("violation: ").append(result.violation()).append('\n').toString();
  }

  private void step(Step step, int client, int answer, State next, @Nullable String broken) {
    if (ordinal++ != wanted) {
      return;
    }
    text.append(line(step, client, answer, next));
    for (int at = 0; at < State.CLIENTS * State.OPS; at++) {
      int got = next.get(State.GOTS + at);
      if (got != now.get(State.GOTS + at)) {
        text.append("; client %d gets %s".formatted(at / State.OPS + 1, Answer.text(got)));
      }
    }
    text.append('\n');
    taken.set(next);
  }

  private String line(Step step, int c, int answer, State next) {
    int index =
        switch (step) {
          case ASK -> now.get(State.SENTS + c);
          case PRIMARY_RUNS -> now.get(State.P_DONES + c);
          case OMIT -> now.get(State.B_ANSWEREDS + c);
          case SECONDARY_RUNS -> now.get(State.S_DONES + c);
          default -> changed(c, next);
        };
    String request = index < setup.length(c) ? setup.op(c, index).name() : "";
    return step.text
        .replace("$c", Integer.toString(c + 1))
        .replace("$q", request)
        .replace("$a", Answer.text(answer))
        .replace("$m", message(now.get(State.LINK)) + verdicts(next))
        .replace("$s", next.has(State.A_FLAGS, State.COVERING) ? "certain" : "uncertain")
        .replace("$t", queued(next));
  }

  /** Which of a client's frames a step of A is about. */
  private int changed(int c, State next) {
    int index = 0;
    while (index < State.OPS - 1
        && now.get(State.FRAMES + op(c, index)) == next.get(State.FRAMES + op(c, index))) {
      index++;
    }
    return index;
  }

  private String message(int message) {
    if (Message.isMark(message)) {
      return Message.tells(message) ? "acknowledgements and the mark" : "the mark";
    }
    int c = Message.client(message);
    boolean record = Message.isRecord(message);
    int index = now.get((record ? State.B_RECORDS : State.B_INPUTS) + c);
    if (index >= setup.length(c)) {
      return "";
    }
    return "%sclient %d's %s".formatted(record ? "the record of " : "", c + 1, setup.op(c, index));
  }

  private String verdicts(State next) {
    StringBuilder said = new StringBuilder();
    for (int at = 0; at < State.CLIENTS * State.OPS; at++) {
      int verdict = Frame.verdict(next.get(State.FRAMES + at));
      if (verdict != Frame.verdict(now.get(State.FRAMES + at)) && verdict != 0) {
        said.append(verdict == Frame.EQUAL ? ": equal" : ": different");
      }
    }
    return said.toString();
  }

  private String queued(State next) {
    int missing = 0;
    for (int c = 0; c < State.CLIENTS; c++) {
      missing += next.get(State.SENTS + c) - next.get(State.P_TAKENS + c);
    }
    return missing == 0 ? "all requests" : "not %d of the requests".formatted(missing);
  }
}
