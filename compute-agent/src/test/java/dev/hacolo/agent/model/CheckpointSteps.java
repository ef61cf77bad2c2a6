package dev.hacolo.agent.model;

/**
 * A checkpoint as QEMU takes it (migration/colo.c): S stops, P stops, S loads P's state and runs, P
 * resumes. The agents follow by events, which may come late. A second checkpoint begins when both
 * agents have seen the end of the first.
 */
final class CheckpointSteps implements Steps {
  private final Setup setup;
  private final PrimarySide primary;
  private final SecondarySide secondary;
  private final State next = new State();

  CheckpointSteps(Setup setup, PrimarySide primary, SecondarySide secondary) {
    this.setup = setup;
    this.primary = primary;
    this.secondary = secondary;
  }

  @Override
  public void from(State s, Sink sink) {
    if (s.get(State.MODE) != State.BOTH) {
      return;
    }
    switch (s.get(State.PHASE)) {
      case State.RUNNING -> begin(s, sink);
      case State.SECONDARY_STOPPED -> stop(s, sink);
      case State.PRIMARY_STOPPED -> load(s, sink);
      default -> resume(s, sink);
    }
    if (s.has(State.A_FLAGS, State.STOP_UNSEEN)) {
      next.set(s);
      next.clear(State.A_FLAGS, State.STOP_UNSEEN);
      next.raise(State.A_FLAGS, State.STOPPING);
      sink.step(Step.A_SEES_STOP, 0, 0, next, null);
    }
    if (s.has(State.A_FLAGS, State.STOPPING)) {
      seal(s, sink);
    }
    if (s.has(State.B_FLAGS, State.B_LATE)) {
      next.set(s);
      secondary.seeStop(next);
      sink.step(SecondarySide.hasLoaded(s) ? Step.LOAD_SEEN : Step.B_SEES_STOP, 0, 0, next, null);
    }
  }

  private void begin(State s, Sink sink) {
    boolean sealing = s.has(State.A_FLAGS, State.STOP_UNSEEN | State.STOPPING);
    boolean behind = s.has(State.B_FLAGS, State.B_LATE | State.MARK_EARLY | State.MARK_DUE);
    if (s.get(State.CHECKPOINTS) == setup.checkpoints() || sealing || behind) {
      return;
    }
    next.set(s);
    next.put(State.PHASE, State.SECONDARY_STOPPED);
    next.add(State.CHECKPOINTS, 1);
    secondary.stopped(next);
    sink.step(Step.SECONDARY_STOPS, 0, 0, next, null);
    if (setup.lateEvents()) {
      next.clear(State.B_FLAGS, State.B_STOPPED);
      next.raise(State.B_FLAGS, State.B_LATE);
      sink.step(Step.SECONDARY_STOPS_LATE, 0, 0, next, null);
    }
  }

  /** A request that is not carried out yet may be in the guest, or in QEMU's queue outside. */
  private void stop(State s, Sink sink) {
    for (int first = taken(s, 0); first <= s.get(State.SENTS); first++) {
      for (int second = taken(s, 1); second <= s.get(State.SENTS + 1); second++) {
        next.set(s);
        next.put(State.PHASE, State.PRIMARY_STOPPED);
        next.put(State.P_TAKENS, first);
        next.put(State.P_TAKENS + 1, second);
        next.raise(State.A_FLAGS, State.STOPPING);
        sink.step(Step.PRIMARY_STOPS, 0, 0, next, null);
        if (setup.lateEvents()) {
          next.clear(State.A_FLAGS, State.STOPPING);
          next.raise(State.A_FLAGS, State.STOP_UNSEEN);
          sink.step(Step.PRIMARY_STOPS_LATE, 0, 0, next, null);
        }
      }
    }
  }

  /** At least as many as it has carried out, or had before. */
  private static int taken(State s, int c) {
    return Math.max(s.get(State.P_DONES + c), s.get(State.P_TAKENS + c));
  }

  private void load(State s, Sink sink) {
    next.set(s);
    next.put(State.PHASE, State.LOADED);
    secondary.load(next);
    if (s.has(State.B_FLAGS, State.B_LATE)) {
      sink.step(Step.LOAD_LATE, 0, 0, next, null);
    } else {
      secondary.loadSeen(next);
      sink.step(Step.LOAD, 0, 0, next, null);
    }
  }

  private void resume(State s, Sink sink) {
    next.set(s);
    next.put(State.PHASE, State.RUNNING);
    if (s.get(State.CHECKPOINTS) == setup.checkpoints()) {
      next.zero(State.P_TAKENS, State.P_TAKENS + State.CLIENTS);
    }
    sink.step(Step.PRIMARY_RESUMES, 0, 0, next, null);
  }

  /** The mark goes behind all that A has read. */
  private void seal(State s, Sink sink) {
    boolean stands = s.get(State.PHASE) >= State.PRIMARY_STOPPED;
    boolean certain = stands || !setup.has(Rule.SEAL_CERTAINTY);
    boolean tells = stands || !setup.has(Rule.SEAL_TELLS_WHAT_IT_HAS);
    int told = stands ? State.P_TAKENS : State.SENTS;
    next.set(s);
    next.clear(State.A_FLAGS, State.STOPPING | State.DIVERGED | State.UNSURE | State.COVERING);
    next.raise(State.A_FLAGS, certain ? State.COVERING : State.UNSURE);
    next.copy(State.P_DONES, State.A_DONES, State.CLIENTS);
    next.copy(State.SENTS, State.A_ASKEDS, State.CLIENTS);
    next.send(Message.mark(tells, s.get(told), s.get(told + 1)));
    primary.sealed(next, certain);
    sink.step(Step.SEAL, 0, 0, next, null);
  }
}
