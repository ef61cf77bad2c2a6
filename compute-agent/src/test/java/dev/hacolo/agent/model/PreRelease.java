package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Op.Verb;
import dev.hacolo.agent.model.Setup.Release;

/** The conditions of a pre-release; each looks at what agent A knows, and at nothing else. */
final class PreRelease {
  private final Setup setup;

  PreRelease(Setup setup) {
    this.setup = setup;
  }

  /** When A reads an output: whether the record announces a pre-release. */
  boolean isCandidate(State s, int c, int index) {
    if (setup.release() != Release.PRE_RELEASE || outOfPlace(s)) {
      return false;
    }
    int answer = s.get(State.P_SAIDS + op(c, index));
    boolean provenance = !setup.has(Rule.PROVENANCE) || isInState(s, answer);
    boolean absence = setup.has(Rule.ABSENCE_COMPARES) && Answer.saysAbsent(answer);
    boolean tooShort = setup.has(Rule.MINIMUM_LENGTH) && Answer.isShort(answer);
    boolean body = provenance && !absence && !tooShort;
    return body && requestAllows(s, c, index) && epochAllows(s, c, answer);
  }

  private boolean outOfPlace(State s) {
    boolean stopping = s.has(State.A_FLAGS, State.STOPPING) && setup.has(Rule.NOT_WHILE_STOPPING);
    boolean unsure = s.has(State.A_FLAGS, State.UNSURE) && setup.has(Rule.CERTAIN_EPOCH);
    return stopping || unsure;
  }

  private boolean isInState(State s, int answer) {
    return Answer.wasAlwaysInMemory(answer) || (answer == Answer.VALUE_2 && rendered(s));
  }

  private boolean rendered(State s) {
    for (int c = 0; c < State.CLIENTS; c++) {
      for (int index = 0; index < s.get(State.A_DONES + c); index++) {
        if (setup.op(c, index) == Op.RENDER) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean requestAllows(State s, int c, int index) {
    boolean only = s.get(State.SENTS + c) == index + 1;
    if (setup.has(Rule.ONLY_OUTSTANDING) && !only) {
      return false;
    }
    return !setup.has(Rule.DECLARED_READ) || request(s, c).verb == Verb.READ;
  }

  /** To which request a frame is taken to be the answer: with several outstanding, a guess. */
  private Op request(State s, int c) {
    return setup.op(c, s.get(State.SENTS + c) - 1);
  }

  private boolean epochAllows(State s, int c, int answer) {
    for (int other = 0; other < State.CLIENTS; other++) {
      int first = State.A_ASKEDS + other;
      if (setup.has(Rule.OUTSTANDING_COUNTS)) {
        first = State.A_DONES + other;
      }
      for (int index = s.get(first); index < s.get(State.SENTS + other); index++) {
        if (forbids(setup.op(other, index), request(s, c), answer)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean forbids(Op input, Op request, int answer) {
    boolean order = input.verb == Verb.ORDER_SENSITIVE && setup.has(Rule.NO_ORDER_SENSITIVE);
    boolean body =
        input == Op.WRITE && answer == Answer.VALUE_1 && setup.has(Rule.BODY_NOT_IN_INPUTS);
    boolean name =
        input.verb == Verb.OVERWRITE
            && input.name == request.name
            && setup.has(Rule.NAME_UNTOUCHED);
    return order || body || name;
  }

  /** When B has the record: whether the frame leaves. */
  boolean mayLeave(State s, int c, int index) {
    int frame = s.get(State.FRAMES + op(c, index));
    if (!Frame.isCandidate(frame)
        || (s.has(State.A_FLAGS, State.DIVERGED) && setup.has(Rule.NO_DIVERGENCE))
        || outOfPlace(s)) {
      return false;
    }
    boolean entered = Frame.isEntered(frame) || !setup.has(Rule.LEDGER_ENTRY);
    return entered && (!setup.has(Rule.INPUT_STABILITY) || !inputsAhead(s, c, index));
  }

  /** Whether an input is on the link in front of the record. */
  private static boolean inputsAhead(State s, int c, int index) {
    int record = s.get(State.B_RECORDS + c);
    if (record > index) {
      return false;
    }
    for (int at = 0; at < s.get(State.LINK_SIZE); at++) {
      int message = s.get(State.LINK + at);
      if (Message.isInput(message)) {
        return true;
      }
      if (Message.isRecord(message) && Message.client(message) == c && record++ == index) {
        return false;
      }
    }
    return false;
  }
}
