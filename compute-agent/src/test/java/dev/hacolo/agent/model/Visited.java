package dev.hacolo.agent.model;

import java.util.Arrays;

/** States that were found, by their fingerprints, and from which one each was found. */
final class Visited {
  private long[] table = new long[1 << 16];
  private int[] parents = new int[1 << 15];
  private byte[] ordinals = new byte[1 << 15];
  private int size;

  /**
   * Notes a state.
   *
   * @param parent number of the state that leads to it, -1 without
   * @param ordinal which of the parent's steps leads to it, below 128
   * @return whether it is new; its number is then the count of those before it
   */
  boolean add(long fingerprint, int parent, int ordinal) {
    int slot = slot(fingerprint);
    if (table[slot] != 0) {
      return false;
    }
    table[slot] = fingerprint;
    if (size == parents.length) {
      parents = Arrays.copyOf(parents, 2 * size);
      ordinals = Arrays.copyOf(ordinals, 2 * size);
    }
    parents[size] = parent;
    ordinals[size++] = (byte) ordinal;
    if (size > table.length / 2) {
      grow();
    }
    return true;
  }

  private int slot(long fingerprint) {
    int slot = (int) fingerprint & (table.length - 1);
    while (table[slot] != 0 && table[slot] != fingerprint) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    for (long fingerprint : old) {
      if (fingerprint != 0) {
        table[slot(fingerprint)] = fingerprint;
      }
    }
  }

  int parent(int number) {
    return parents[number];
  }

  int ordinal(int number) {
    return ordinals[number];
  }

  int size() {
    return size;
  }
}
