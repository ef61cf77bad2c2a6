package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Service.Copy;

/** The secondary VM and agent B, as in {@code compare.OutputComparator} and {@code InputFeed}. */
final class SecondarySide implements Steps {
  private final Setup setup;
  private final State next = new State();

  SecondarySide(Setup setup) {
    this.setup = setup;
  }

  @Override
  public void from(State s, Sink sink) {
    if (s.get(State.MODE) != State.BOTH) {
      return;
    }
    if (s.get(State.LINK_SIZE) > 0) {
      next.set(s);
      deliver(next);
      sink.step(Step.DELIVER, 0, 0, next, null);
    }
    if (s.get(State.PHASE) == State.SECONDARY_STOPPED
        || s.get(State.PHASE) == State.PRIMARY_STOPPED) {
      return;
    }
    for (int c = 0; c < State.CLIENTS; c++) {
      run(s, c, sink);
      omit(s, c, sink);
    }
    if (setup.change().isPossible(s.data(State.S_DATA))) {
      next.set(s);
      next.data(State.S_DATA, setup.change().of(s.data(State.S_DATA)));
      sink.step(Step.SECONDARY_CHANGES, 0, 0, next, null);
    }
  }

  /** What B has it repeats until the VM takes it, so the VM has it as soon as it wants it. */
  static boolean canGet(State s, int c, int index) {
    boolean inGuest = index < s.get(State.S_TAKENS + c);
    boolean kept = index >= s.get(State.B_DROPPEDS + c) && index < s.get(State.B_INPUTS + c);
    return inGuest || kept;
  }

  private void run(State s, int c, Sink sink) {
    int index = s.get(State.S_DONES + c);
    if (!canGet(s, c, index)) {
      return;
    }
    Op op = setup.op(c, index);
    int data = s.data(State.S_DATA);
    for (int n = 0; n < Service.outcomes(op, data, Copy.SECONDARY); n++) {
      int result = Service.run(op, data, Copy.SECONDARY, n);
      next.set(s);
      next.data(State.S_DATA, Service.data(result));
      next.add(State.S_DONES + c, 1);
      next.put(State.S_SAIDS + op(c, index), Service.answer(result));
      int seen = State.B_SEENS + op(c, index);
      if (next.get(seen) == 0) {
        next.put(seen, Service.answer(result)); // first bytes win
      }
      answer(next, c);
      sink.step(Step.SECONDARY_RUNS, c, Service.answer(result), next, null);
    }
  }

  /**
   * A read that was pre-released is left out, as in {@code compare.FeedOmissions}: S goes on behind
   * it. The worst case: B knows of the client's acknowledgement as soon as the client has the
   * answer.
   */
  private void omit(State s, int c, Sink sink) {
    int index = s.get(State.B_ANSWEREDS + c);
    if (!canOmit(s, c, index)) {
      return;
    }
    int at = op(c, index);
    next.set(s);
    if (next.get(State.S_DONES + c) == index) {
      next.add(State.S_DONES + c, 1);
      next.put(State.S_SAIDS + at, Answer.OMITTED);
    } // else B does not know yet that S has another state, which its numbers do not fit
    next.put(State.B_DROPPEDS + c, Math.max(next.get(State.B_DROPPEDS + c), index + 1));
    next.put(State.B_SEENS + at, next.get(State.P_SAIDS + at));
    answer(next, c);
    sink.step(Step.OMIT, c, 0, next, null);
  }

  private boolean canOmit(State s, int c, int index) {
    if (setup.release() != Setup.Release.PRE_RELEASE
        || !setup.has(Rule.DECLARED_READ)
        || index >= s.get(State.B_RECORDS + c)
        || index > s.get(State.S_DONES + c)
        || setup.op(c, index).verb != Op.Verb.READ) {
      return false;
    }
    int at = op(c, index);
    int between = State.B_STOPPED | State.MARK_EARLY | State.MARK_DUE;
    boolean running = !s.has(State.B_FLAGS, between) || !setup.has(Rule.OMIT_IN_EPOCH);
    boolean acknowledged = s.get(State.GOTS + at) != 0 || !setup.has(Rule.OMIT_ACKNOWLEDGED);
    boolean fresh = s.get(State.B_SEENS + at) == 0;
    return Frame.isEntered(s.get(State.FRAMES + at)) && running && acknowledged && fresh;
  }

  private void deliver(State s) {
    int message = s.receive();
    int c = Message.client(message);
    if (Message.isMark(message)) {
      mark(s, message);
    } else if (Message.isInput(message)) {
      s.add(State.B_INPUTS + c, 1);
    } else {
      record(s, c);
    }
  }

  /** B looks whether its VM has stopped since, and then waits until it is told of the load. */
  private void record(State s, int c) {
    if (s.has(State.B_FLAGS, State.B_LATE) && setup.has(Rule.STOP_SEEN_FIRST)) {
      s.raise(State.B_FLAGS, State.B_STOPPED);
    }
    int at = State.FRAMES + op(c, s.get(State.B_RECORDS + c));
    s.add(State.B_RECORDS + c, 1);
    boolean outdated = s.has(State.B_FLAGS, State.MARK_DUE);
    boolean inFront =
        outdated
            || (s.has(State.B_FLAGS, State.B_STOPPED) && !s.has(State.B_FLAGS, State.MARK_EARLY));
    if (Frame.isCandidate(s.get(at))) {
      boolean refused = inFront && setup.has(Rule.LEDGER_OF_STATE);
      s.raise(at, refused ? Frame.DIFFERENT : Frame.ENTERED);
    }
    if (outdated) {
      s.put(State.B_ANSWEREDS + c, s.get(State.B_RECORDS + c));
      s.put(State.B_LEDGERS + c, s.get(State.B_RECORDS + c));
    } else {
      answer(s, c);
    }
  }

  private void mark(State s, int mark) {
    s.copy(State.B_RECORDS, State.B_MARKEDS, State.CLIENTS);
    s.clear(State.B_FLAGS, State.MARK_TELLS);
    s.zero(State.B_TAKENS, State.B_TAKENS + State.CLIENTS);
    if (Message.tells(mark)) {
      s.raise(State.B_FLAGS, State.MARK_TELLS);
      for (int c = 0; c < State.CLIENTS; c++) {
        s.put(State.B_TAKENS + c, Message.taken(mark, c));
      }
    }
    if (s.has(State.B_FLAGS, State.MARK_DUE)) {
      s.clear(State.B_FLAGS, State.MARK_DUE);
      drop(s);
    } else {
      s.raise(State.B_FLAGS, State.MARK_EARLY);
      if (!setup.has(Rule.DISCARD_AT_LOAD)) {
        s.copy(State.B_MARKEDS, State.B_LEDGERS, State.CLIENTS);
        drop(s);
      }
    }
  }

  /** The inputs that the state of the last mark has. */
  private void drop(State s) {
    if (s.has(State.B_FLAGS, State.MARK_TELLS) && setup.has(Rule.STATE_HAS_INPUT)) {
      s.copy(State.B_TAKENS, State.B_DROPPEDS, State.CLIENTS);
    }
    s.clear(State.B_FLAGS, State.MARK_TELLS);
    s.zero(State.B_TAKENS, State.B_TAKENS + State.CLIENTS);
  }

  /** Answers a connection's records as far as B can, in their order. */
  private void answer(State s, int c) {
    boolean early = s.has(State.B_FLAGS, State.MARK_EARLY);
    int end = s.get((early ? State.B_MARKEDS : State.B_RECORDS) + c);
    while (!s.has(State.B_FLAGS, State.B_STOPPED) && s.get(State.B_ANSWEREDS + c) < end) {
      int at = op(c, s.get(State.B_ANSWEREDS + c));
      if (s.get(State.B_SEENS + at) == 0) {
        return;
      }
      boolean same = s.get(State.B_SEENS + at) == s.get(State.P_SAIDS + at);
      s.raise(State.FRAMES + at, same ? Frame.EQUAL : Frame.DIFFERENT);
      s.add(State.B_ANSWEREDS + c, 1);
    }
  }

  /** The SVM has stopped; what B has by now is in the guest. */
  void stopped(State s) {
    s.copy(State.B_INPUTS, State.S_TAKENS, State.CLIENTS);
    s.raise(State.B_FLAGS, State.B_STOPPED);
  }

  /** The SVM gets the PVM's state. */
  void load(State s) {
    int acknowledged0 = s.get(State.S_TAKENS);
    int acknowledged1 = s.get(State.S_TAKENS + 1);
    s.copy(State.P_DATA, State.S_DATA, 2);
    s.copy(State.P_DONES, State.S_DONES, State.CLIENTS);
    s.copy(State.P_SAIDS, State.S_SAIDS, State.CLIENTS * State.OPS);
    s.copy(State.P_TAKENS, State.S_TAKENS, State.CLIENTS);
    if (!setup.has(Rule.STATE_HAS_INPUT)) {
      s.put(State.B_DROPPEDS, acknowledged0);
      s.put(State.B_DROPPEDS + 1, acknowledged1);
    }
  }

  /** B takes note of what its SVM has done. */
  void seeStop(State s) {
    if (hasLoaded(s)) {
      loadSeen(s);
    } else {
      s.clear(State.B_FLAGS, State.B_LATE);
      s.raise(State.B_FLAGS, State.B_STOPPED);
    }
  }

  /** Whether the SVM runs on the state of the checkpoint that has begun last. */
  static boolean hasLoaded(State s) {
    return s.get(State.PHASE) == State.LOADED || s.get(State.PHASE) == State.RUNNING;
  }

  /** B sees that the SVM runs on the new state. */
  void loadSeen(State s) {
    s.clear(State.B_FLAGS, State.B_STOPPED | State.B_LATE);
    s.zero(State.B_SEENS, State.B_SEENS + State.CLIENTS * State.OPS);
    boolean early = s.has(State.B_FLAGS, State.MARK_EARLY);
    int outdated = early ? State.B_MARKEDS : State.B_RECORDS;
    s.copy(outdated, State.B_ANSWEREDS, State.CLIENTS);
    s.copy(outdated, State.B_LEDGERS, State.CLIENTS);
    if (early) {
      s.clear(State.B_FLAGS, State.MARK_EARLY);
      drop(s);
    } else {
      s.raise(State.B_FLAGS, State.MARK_DUE);
    }
    s.raise(State.A_FLAGS, State.LOAD_TOLD);
    for (int c = 0; c < State.CLIENTS; c++) {
      answer(s, c);
    }
  }
}
