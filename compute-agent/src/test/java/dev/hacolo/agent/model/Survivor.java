package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Service.Copy;
import org.jspecify.annotations.Nullable;

/** Loss of a node, at any moment, and the VM that serves alone from then on. */
final class Survivor implements Steps {
  private final Setup setup;
  private final History history;
  private final State next = new State();

  Survivor(Setup setup) {
    this.setup = setup;
    history = new History(setup);
  }

  @Override
  public void from(State s, Sink sink) {
    if (s.get(State.MODE) == State.BOTH) {
      next.set(s);
      sink.step(Step.NODE_A_DIES, 0, 0, next, promote(next));
      next.set(s);
      goOnAlone(next);
      sink.step(Step.NODE_B_DIES, 0, 0, next, judge(next, State.P_DATA, State.P_DONES));
    } else if (s.get(State.MODE) == State.SECONDARY_ALONE) {
      for (int c = 0; c < State.CLIENTS; c++) {
        run(s, c, sink);
      }
      if (setup.change().isPossible(s.data(State.S_DATA))) {
        next.set(s);
        next.data(State.S_DATA, setup.change().of(s.data(State.S_DATA)));
        sink.step(Step.SECONDARY_CHANGES, 0, 0, next, judge(next, State.S_DATA, State.S_DONES));
      }
    }
  }

  /** What clients have seen, and, when the survivor has no more to do, its own state. */
  @Nullable String judge(State s, int data, int dones) {
    if (!setup.judgesAnswers()) {
      return null;
    }
    boolean idle = s.get(dones) == s.get(State.SENTS) && s.get(dones + 1) == s.get(State.SENTS + 1);
    if (!history.isLinearisable(s)) {
      return "no order of the requests explains the answers";
    }
    return idle && !history.isLinearisable(s, s.data(data))
        ? "the answers do not fit the survivor's state"
        : null;
  }

  /** B's node is gone: all that A holds leaves. */
  private static void goOnAlone(State s) {
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = 0; index < s.get(State.P_DONES + c); index++) {
        int at = op(c, index);
        if (s.get(State.GOTS + at) == 0) {
          s.put(State.GOTS + at, s.get(State.P_SAIDS + at));
        }
      }
    }
    int data = s.data(State.P_DATA);
    int done0 = s.get(State.P_DONES);
    int done1 = s.get(State.P_DONES + 1);
    s.zero(State.P_DATA, State.SIZE);
    s.data(State.P_DATA, data);
    s.put(State.P_DONES, done0);
    s.put(State.P_DONES + 1, done1);
    s.put(State.MODE, State.PRIMARY_ALONE);
  }

  /**
   * A's node is gone, with all that was on the link. B has handled the events of its VM by then. A
   * client repeats what nobody has acknowledged to it.
   */
  private @Nullable String promote(State s) {
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = s.get(State.S_DONES + c); index < s.get(State.SENTS + c); index++) {
        if (!SecondarySide.canGet(s, c, index) && isAcknowledged(s, c, index)) {
          return "a request that was acknowledged to client %d is lost".formatted(c + 1);
        }
      }
    }
    keepLedger(s);
    String broken = null;
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = 0; index < s.get(State.S_DONES + c) && broken == null; index++) {
        broken = answer(s, c, index, s.get(State.S_SAIDS + op(c, index)));
      }
    }
    s.zero(State.S_SAIDS, State.S_SAIDS + State.CLIENTS * State.OPS);
    return broken != null ? broken : judge(s, State.S_DATA, State.S_DONES);
  }

  /** The worst case: the primary guest acknowledged it as soon as it might. */
  private boolean isAcknowledged(State s, int c, int index) {
    boolean stands = s.get(State.PHASE) >= State.PRIMARY_STOPPED;
    boolean taken = !stands || index < s.get(State.P_TAKENS + c);
    return taken && (index < s.get(State.B_INPUTS + c) || !setup.has(Rule.INPUT_STABILITY));
  }

  /** Forgets all that is not the client's, the secondary VM's or the ledger. */
  private void keepLedger(State s) {
    boolean discarded = s.has(State.B_FLAGS, State.B_LATE) && SecondarySide.hasLoaded(s);
    for (int c = 0; c < State.CLIENTS; c++) {
      int base = s.has(State.B_FLAGS, State.MARK_EARLY) ? State.B_MARKEDS : State.B_RECORDS;
      int from = s.get((discarded ? base : State.B_LEDGERS) + c);
      for (int index = 0; index < State.OPS; index++) {
        int at = op(c, index);
        boolean open = index >= from && index < s.get(State.B_RECORDS + c);
        boolean entry = open && Frame.isEntered(s.get(State.FRAMES + at));
        if (!entry || !setup.has(Rule.LEDGER_AT_FAILOVER)) {
          s.put(State.P_SAIDS + at, 0);
        }
      }
    }
    s.zero(State.P_DATA, State.P_SAIDS);
    s.zero(State.P_TAKENS, State.S_DATA);
    s.zero(State.S_TAKENS, State.SIZE);
    s.put(State.MODE, State.SECONDARY_ALONE);
  }

  private void run(State s, int c, Sink sink) {
    int index = s.get(State.S_DONES + c);
    if (index == s.get(State.SENTS + c)) {
      return;
    }
    Op op = setup.op(c, index);
    int data = s.data(State.S_DATA);
    for (int n = 0; n < Service.outcomes(op, data, Copy.SECONDARY); n++) {
      int result = Service.run(op, data, Copy.SECONDARY, n);
      next.set(s);
      next.data(State.S_DATA, Service.data(result));
      next.add(State.S_DONES + c, 1);
      String broken = answer(next, c, index, Service.answer(result));
      if (broken == null) {
        broken = judge(next, State.S_DATA, State.S_DONES);
      }
      sink.step(Step.SECONDARY_RUNS, c, Service.answer(result), next, broken);
    }
  }

  /** The survivor's bytes at a position go to the client, unless the ledger knows better. */
  private static @Nullable String answer(State s, int c, int index, int said) {
    int at = op(c, index);
    if (said == Answer.OMITTED) {
      s.put(State.P_SAIDS + at, 0);
      return s.get(State.GOTS + at) != 0 || index < s.get(State.DEADS + c)
          ? null
          : "client %d never gets the answer to its request".formatted(c + 1);
    }
    int ledger = s.get(State.P_SAIDS + at);
    s.put(State.P_SAIDS + at, 0);
    if (index < s.get(State.DEADS + c)) {
      return null;
    }
    if (ledger != 0 && ledger != said) {
      reset(s, c);
      return null;
    }
    int got = s.get(State.GOTS + at);
    if (got != 0 && got != said) {
      return "client %d has got %s, and gets %s at the same position of its connection"
          .formatted(c + 1, Answer.text(got), Answer.text(said));
    }
    s.put(State.GOTS + at, said);
    return null;
  }

  /** What was asked on the connection stays without an answer; the next request opens another. */
  private static void reset(State s, int c) {
    s.put(State.DEADS + c, s.get(State.SENTS + c));
    for (int index = s.get(State.SENTS + c) - 1; index >= 0; index--) {
      int at = op(c, index);
      s.put(State.P_SAIDS + at, 0);
      if (s.answer(c, index) == 0) {
        s.put(State.GOTS + at, Answer.UNKNOWN);
      }
    }
  }
}
