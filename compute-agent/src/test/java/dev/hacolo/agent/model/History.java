package dev.hacolo.agent.model;

import static dev.hacolo.agent.model.State.op;

import dev.hacolo.agent.model.Service.Copy;

/**
 * Whether what the clients have seen can be explained by one copy of the service: an order of the
 * requests that keeps each client's and "over before the other was sent", and gives these answers
 * (linearisability; Herlihy and Wing, ACM TOPLAS 12(3), 1990). A request without an answer may or
 * may not have been carried out. An audit of the survivor is one more observation, at the end.
 */
final class History {
  private static final int NO_AUDIT = -1;

  private final Setup setup;

  History(Setup setup) {
    this.setup = setup;
  }

  boolean isLinearisable(State s) {
    return explained(s, 0, 0, Service.START, NO_AUDIT);
  }

  /** The same, and the service's state at the end is this one. */
  boolean isLinearisable(State s, int audited) {
    return explained(s, 0, 0, Service.START, audited);
  }

  private boolean explained(State s, int i, int j, int data, int audited) {
    boolean all = i == s.get(State.SENTS) && j == s.get(State.SENTS + 1);
    if (all && (audited == NO_AUDIT || data == audited)) {
      return true;
    }
    if (setup.change().isPossible(data) && explained(s, i, j, setup.change().of(data), audited)) {
      return true;
    }
    return next(s, 0, i, j, data, audited) || next(s, 1, i, j, data, audited);
  }

  private boolean next(State s, int client, int i, int j, int data, int audited) {
    int index = client == 0 ? i : j;
    int other = client == 0 ? j : i;
    int at = op(client, index);
    if (index == s.get(State.SENTS + client) || s.get(State.AFTERS + at) > other) {
      return false;
    }
    int nextI = i + 1 - client;
    int nextJ = j + client;
    int got = s.answer(client, index);
    boolean answered = got != 0 && got != Answer.UNKNOWN;
    if (!answered && explained(s, nextI, nextJ, data, audited)) {
      return true;
    }
    Op op = setup.op(client, index);
    for (int n = 0; n < Service.outcomes(op, data, Copy.SPECIFICATION); n++) {
      int result = Service.run(op, data, Copy.SPECIFICATION, n);
      boolean fits = !answered || Service.answer(result) == got;
      if (fits && explained(s, nextI, nextJ, Service.data(result), audited)) {
        return true;
      }
    }
    return false;
  }
}
