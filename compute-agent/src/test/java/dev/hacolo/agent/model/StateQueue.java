package dev.hacolo.agent.model;

import java.util.ArrayDeque;

/** States that wait to be looked at, first in, first out. */
final class StateQueue {
  private static final int STATES_PER_BLOCK = 4096;

  private final ArrayDeque<byte[]> blocks = new ArrayDeque<>();
  private int head;
  private int tail = STATES_PER_BLOCK;
  private byte[] last = new byte[0];

  void add(State state) {
    if (tail == STATES_PER_BLOCK) {
      last = new byte[STATES_PER_BLOCK * State.SIZE];
      blocks.add(last);
      tail = 0;
    }
    System.arraycopy(state.bytes, 0, last, tail++ * State.SIZE, State.SIZE);
  }

  /** Takes the next one; false without. */
  boolean take(State into) {
    if (blocks.isEmpty() || (blocks.size() == 1 && head == tail)) {
      return false;
    }
    System.arraycopy(blocks.element(), head++ * State.SIZE, into.bytes, 0, State.SIZE);
    if (head == STATES_PER_BLOCK) {
      blocks.remove();
      head = 0;
      tail = blocks.isEmpty() ? STATES_PER_BLOCK : tail;
    }
    return true;
  }
}
