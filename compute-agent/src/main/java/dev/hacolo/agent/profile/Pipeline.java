package dev.hacolo.agent.profile;

import java.util.Arrays;

/** The outstanding requests of a connection, oldest first; their objects are used again. */
final class Pipeline {
  /** What an idle connection keeps; after a deeper pipeline the rest is let go. */
  private static final int IDLE = 2;

  private Request[] slots = {new Request(), new Request()};
  private int first;
  private int size;

  int size() {
    return size;
  }

  boolean full() {
    return size == Bounds.PIPELINE;
  }

  /** By age, from 0 for the oldest. */
  Request get(int index) {
    return slots[(first + index) & (slots.length - 1)];
  }

  Request add(long number) {
    if (size == slots.length) {
      grow();
    }
    Request added = get(size++);
    added.clear(number);
    return added;
  }

  private void grow() {
    Request[] larger = new Request[2 * slots.length];
    for (int i = 0; i < larger.length; i++) {
      larger[i] = i < size ? get(i) : new Request();
    }
    slots = larger;
    first = 0;
  }

  void removeFirst(int count) {
    first = (first + count) & (slots.length - 1);
    size -= count;
    if (size == 0 && slots.length > IDLE) {
      slots = Arrays.copyOfRange(slots, 0, IDLE);
      first = 0;
    }
  }

  void removeLast() {
    size--;
  }
}
