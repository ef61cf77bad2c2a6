package dev.hacolo.agent.provenance;

import java.util.Arrays;

/** A bounded set of hashes. Says when it had to leave one out. */
final class AnchorSet {
  private static final int SMALLEST = 1 << 10;

  private final int limit;
  private long[] slots = new long[SMALLEST];
  private int size;
  private boolean hasZero;
  private boolean complete = true;

  AnchorSet(int limit) {
    this.limit = limit;
  }

  void add(long hash) {
    if (hash == 0) {
      hasZero = true;
      return;
    }
    if (2 * size >= slots.length) {
      grow();
    }
    int slot = slot(hash);
    while (slots[slot] != 0) {
      if (slots[slot] == hash) {
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    if (size >= limit) {
      complete = false;
      return;
    }
    slots[slot] = hash;
    size++;
  }

  boolean contains(long hash) {
    if (hash == 0) {
      return hasZero;
    }
    int slot = slot(hash);
    while (slots[slot] != 0) {
      if (slots[slot] == hash) {
        return true;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return false;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    for (long hash : old) {
      if (hash != 0) {
        int slot = slot(hash);
        while (slots[slot] != 0) {
          slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = hash;
      }
    }
  }

  private int slot(long hash) {
    return (int) (hash >>> 20) & (slots.length - 1);
  }

  /** Something is missing from now on. */
  void incomplete() {
    complete = false;
  }

  /** Whether nothing is missing. */
  boolean complete() {
    return complete;
  }

  int size() {
    return size;
  }

  /** Empties it; a table that was far too large for what it held shrinks. */
  void clear() {
    if (slots.length > SMALLEST && 16 * size < slots.length) {
      slots = new long[slots.length / 2];
    } else {
      Arrays.fill(slots, 0);
    }
    size = 0;
    hasZero = false;
    complete = true;
  }
}
