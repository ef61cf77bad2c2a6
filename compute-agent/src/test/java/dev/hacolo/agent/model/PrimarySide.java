package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Service.Copy;
import dev.hacolo.agent.model.Setup.Release;

/** Clients, the primary VM and agent A's gate, as in {@code compare.ReleaseGate}. */
final class PrimarySide implements Steps {
  private final Setup setup;
  private final Survivor survivor;
  private final PreRelease rules;
  private final State next = new State();

  PrimarySide(Setup setup, Survivor survivor) {
    this.setup = setup;
    this.survivor = survivor;
    rules = new PreRelease(setup);
  }

  @Override
  public void from(State s, Sink sink) {
    for (int c = 0; c < State.CLIENTS; c++) {
      ask(s, c, sink);
      if (s.get(State.MODE) != State.SECONDARY_ALONE) {
        run(s, c, sink);
      }
      if (s.get(State.MODE) == State.BOTH) {
        hear(s, c, sink);
        preRelease(s, c, sink);
      }
    }
    if (s.get(State.MODE) == State.BOTH) {
      loadKnown(s, sink);
    }
    if (runs(s) && setup.change().isPossible(s.data(State.P_DATA))) {
      next.set(s);
      next.data(State.P_DATA, setup.change().of(s.data(State.P_DATA)));
      sink.step(Step.PRIMARY_CHANGES, 0, 0, next, null);
    }
  }

  private static boolean runs(State s) {
    return s.get(State.MODE) == State.PRIMARY_ALONE
        || (s.get(State.MODE) == State.BOTH && s.get(State.PHASE) < State.PRIMARY_STOPPED);
  }

  /** A request is at the primary VM, in its copy at A and on the link at once. */
  private void ask(State s, int c, Sink sink) {
    int index = s.get(State.SENTS + c);
    int window = setup.pipelined() && c == 0 ? 2 : 1;
    if (index == setup.length(c) || (index >= window && s.answer(c, index - window) == 0)) {
      return;
    }
    next.set(s);
    next.add(State.SENTS + c, 1);
    next.put(State.AFTERS + op(c, index), over(s, 1 - c));
    if (s.get(State.MODE) == State.BOTH) {
      next.send(Message.input(c));
    }
    sink.step(Step.ASK, c, 0, next, null);
  }

  private static int over(State s, int client) {
    for (int index = State.OPS; index > 0; index--) {
      int got = s.answer(client, index - 1);
      if (got != 0 && got != Answer.UNKNOWN) {
        return index;
      }
    }
    return 0;
  }

  private void run(State s, int c, Sink sink) {
    int index = s.get(State.P_DONES + c);
    if (index == s.get(State.SENTS + c) || !runs(s)) {
      return;
    }
    Op op = setup.op(c, index);
    int data = s.data(State.P_DATA);
    for (int n = 0; n < Service.outcomes(op, data, Copy.PRIMARY); n++) {
      int result = Service.run(op, data, Copy.PRIMARY, n);
      next.set(s);
      next.data(State.P_DATA, Service.data(result));
      next.add(State.P_DONES + c, 1);
      if (s.get(State.MODE) == State.PRIMARY_ALONE) {
        next.put(State.GOTS + op(c, index), Service.answer(result));
        String broken = survivor.judge(next, State.P_DATA, State.P_DONES);
        sink.step(Step.PRIMARY_RUNS, c, Service.answer(result), next, broken);
      } else {
        next.put(State.P_SAIDS + op(c, index), Service.answer(result));
        output(next, c, index);
        sink.step(Step.PRIMARY_RUNS, c, Service.answer(result), next, null);
      }
    }
  }

  /** A has read all inputs before it looks at the output. */
  private void output(State s, int c, int index) {
    if (s.has(State.A_FLAGS, State.STOP_UNSEEN) && setup.has(Rule.A_SEES_STOP_FIRST)) {
      s.clear(State.A_FLAGS, State.STOP_UNSEEN);
      s.raise(State.A_FLAGS, State.STOPPING);
    }
    boolean candidate = rules.isCandidate(s, c, index);
    s.put(State.FRAMES + op(c, index), Frame.VERDICT | (candidate ? Frame.CANDIDATE : 0));
    s.send(Message.record(c));
    if (setup.release() == Release.ALL) {
      leave(s, c, index);
    }
  }

  private static void leave(State s, int c, int index) {
    int at = op(c, index);
    s.put(State.FRAMES + at, Frame.waiting(s.get(State.FRAMES + at), Frame.LEFT));
    s.put(State.GOTS + at, s.get(State.P_SAIDS + at));
  }

  /** Frames of a connection that nothing holds any more. */
  private void leaveInOrder(State s, int c) {
    for (int index = 0; index < s.get(State.P_DONES + c); index++) {
      int wait = Frame.wait(s.get(State.FRAMES + op(c, index)));
      if (wait == Frame.OVER) {
        leave(s, c, index);
      } else if (wait != Frame.LEFT && setup.has(Rule.FLOW_ORDER)) {
        return;
      }
    }
  }

  /** The oldest verdict of a connection; the news of a load comes between those of two epochs. */
  private void hear(State s, int c, Sink sink) {
    for (int index = 0; index < s.get(State.P_DONES + c); index++) {
      int frame = s.get(State.FRAMES + op(c, index));
      if (Frame.verdict(frame) != 0) {
        boolean later = index >= s.get(State.A_DONES + c);
        if (!later || !s.has(State.A_FLAGS, State.LOAD_TOLD)) {
          next.set(s);
          verdict(next, c, index, frame);
          sink.step(Step.VERDICT, c, 0, next, null);
        }
        return;
      }
    }
  }

  private void verdict(State s, int c, int index, int frame) {
    int at = State.FRAMES + op(c, index);
    int known = frame & ~(Frame.EQUAL | Frame.DIFFERENT);
    boolean waits = Frame.wait(frame) == Frame.VERDICT;
    if (Frame.verdict(frame) == Frame.EQUAL) {
      boolean early = s.has(State.A_FLAGS, State.STOPPING) && setup.has(Rule.VERDICT_AFTER_SEAL);
      s.put(at, waits ? Frame.waiting(known, early ? Frame.SEAL : Frame.OVER) : known);
      leaveInOrder(s, c);
      return;
    }
    s.put(at, waits ? Frame.waiting(known, Frame.CHECKPOINT) : known);
    if (index >= s.get(State.A_DONES + c)) {
      s.raise(State.A_FLAGS, State.DIVERGED);
    }
  }

  private void loadKnown(State s, Sink sink) {
    boolean sealing = s.has(State.A_FLAGS, State.STOP_UNSEEN | State.STOPPING);
    boolean running = s.get(State.PHASE) < State.PRIMARY_STOPPED;
    if (!s.has(State.A_FLAGS, State.LOAD_TOLD) || sealing || !running || verdictsAhead(s)) {
      return;
    }
    next.set(s);
    next.clear(State.A_FLAGS, State.LOAD_TOLD);
    if (s.has(State.A_FLAGS, State.COVERING)) {
      next.clear(State.A_FLAGS, State.COVERING);
      for (int c = 0; c < State.CLIENTS; c++) {
        checkpointed(next, c);
      }
    }
    sink.step(Step.LOAD_KNOWN, 0, 0, next, null);
  }

  private static boolean verdictsAhead(State s) {
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = 0; index < s.get(State.A_DONES + c); index++) {
        if (Frame.verdict(s.get(State.FRAMES + op(c, index))) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  private void checkpointed(State s, int c) {
    for (int index = 0; index < s.get(State.A_DONES + c); index++) {
      int at = State.FRAMES + op(c, index);
      if (Frame.wait(s.get(at)) < Frame.OVER) {
        s.put(at, Frame.waiting(s.get(at), Frame.OVER));
      }
    }
    leaveInOrder(s, c);
  }

  private void preRelease(State s, int c, Sink sink) {
    for (int index = 0; index < s.get(State.P_DONES + c); index++) {
      int wait = Frame.wait(s.get(State.FRAMES + op(c, index)));
      if (wait == Frame.VERDICT && rules.mayLeave(s, c, index)) {
        next.set(s);
        leave(next, c, index);
        leaveInOrder(next, c);
        sink.step(Step.PRE_RELEASE, c, 0, next, null);
      }
      if (wait != Frame.LEFT && setup.has(Rule.FLOW_ORDER)) {
        return;
      }
    }
  }

  /** At the seal: what verdicts that came between STOP and seal were worth. */
  void sealed(State s, boolean certain) {
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = 0; index < s.get(State.P_DONES + c); index++) {
        int at = State.FRAMES + op(c, index);
        int wait = Frame.wait(s.get(at));
        if (certain && wait == Frame.SEAL) {
          s.put(at, Frame.waiting(s.get(at), Frame.OVER));
        } else if (!certain && (wait == Frame.SEAL || wait == Frame.VERDICT)) {
          s.put(at, Frame.waiting(s.get(at), Frame.CHECKPOINT));
        }
      }
      leaveInOrder(s, c);
    }
  }
}
