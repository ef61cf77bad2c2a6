package dev.hacolo.agent.prerelease;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When each thing of a service was last asked to be changed, on a clock that counts such requests,
 * and whether it is certain that both VMs have carried all of these out. At most so many things are
 * remembered; of the others it is known when the last of them was changed at the latest.
 */
final class Subjects {
  private static final class State {
    long changedAt;
    int unsettled;
  }

  private final int limit;
  private final Map<Long, State> states = new LinkedHashMap<>(64, 0.75f, true);
  private long clock;
  private long forgottenAt;
  private long allChangedAt;

  /** Whether unsettled changes had to be forgotten: then nothing is certain any more. */
  private boolean overrun;

  Subjects(int limit) {
    this.limit = limit;
  }

  /** A change is asked for. */
  void changes(long subject) {
    State state = states.get(subject);
    if (state == null) {
      makeRoom();
      state = new State();
      states.put(subject, state);
    }
    state.changedAt = ++clock;
    state.unsettled++;
  }

  private void makeRoom() {
    if (states.size() < limit) {
      return;
    }
    Iterator<State> oldest = states.values().iterator();
    State state = oldest.next();
    forgottenAt = Math.max(forgottenAt, state.changedAt);
    overrun |= state.unsettled > 0;
    oldest.remove();
  }

  /** Something is asked for that may change anything. */
  void changesAll() {
    allChangedAt = ++clock;
  }

  /** Both VMs have carried out one of the changes asked for. */
  void settled(long subject) {
    State state = states.get(subject);
    if (state != null && state.unsettled > 0) {
      state.unsettled--;
    }
  }

  /** Whether both VMs have carried out all changes of the thing. */
  boolean isSettled(long subject) {
    State state = states.get(subject);
    return !overrun && (state == null || state.unsettled == 0);
  }

  /** Now; what is known now holds until the thing is changed at a later time. */
  long now() {
    return clock;
  }

  /** Whether a thing was not changed after a time. */
  boolean unchangedSince(long subject, long time) {
    State state = states.get(subject);
    long changedAt = state == null ? forgottenAt : state.changedAt;
    return !overrun && Math.max(changedAt, allChangedAt) <= time;
  }
}
