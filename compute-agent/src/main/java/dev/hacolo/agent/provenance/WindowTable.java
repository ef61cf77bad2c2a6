package dev.hacolo.agent.provenance;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Wanted windows of 8 bytes: open addressing, several entries for one window; in front of it a
 * filter of bits that fits the first-level cache and turns away nearly all looks. A full table
 * takes no more.
 */
final class WindowTable {
  /** Most windows. */
  static final int LIMIT = 1 << 16;

  /** Equal windows that are taken, so that a walk stays short. */
  private static final int EQUALS = 16;

  private static final int FILTER_BITS = 17;
  private static final int SMALLEST = 1 << 12;
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final long[] filter = new long[1 << (FILTER_BITS - 6)];
  private long[] windows = new long[SMALLEST];
  private @Nullable BodySearch[] searches = new BodySearch[SMALLEST];
  private int[] positions = new int[SMALLEST];
  private int size;

  /** Whether the window may be wanted. */
  boolean mayHold(long window) {
    int bit = (int) ((window * MULTIPLIER) >>> (64 - FILTER_BITS));
    return (filter[bit >>> 6] & (1L << bit)) != 0;
  }

  int size() {
    return size;
  }

  /** Wants a window; false if the table or its place in it is full. */
  boolean add(long window, BodySearch search, int position) {
    if (size >= LIMIT) {
      return false;
    }
    if (2 * size >= windows.length) {
      grow();
    }
    return insert(window, search, position);
  }

  private boolean insert(long window, BodySearch search, int position) {
    long product = window * MULTIPLIER;
    int mask = windows.length - 1;
    int equal = 0;
    int slot = (int) (product >>> 24) & mask;
    for (; searches[slot] != null; slot = (slot + 1) & mask) {
      if (windows[slot] == window && ++equal == EQUALS) {
        return false;
      }
    }
    windows[slot] = window;
    searches[slot] = search;
    positions[slot] = position;
    size++;
    int bit = (int) (product >>> (64 - FILTER_BITS));
    filter[bit >>> 6] |= 1L << bit;
    return true;
  }

  /** First slot to look at for a window. */
  int first(long window) {
    return (int) ((window * MULTIPLIER) >>> 24) & (windows.length - 1);
  }

  /** The slot after one. */
  int next(int slot) {
    return (slot + 1) & (windows.length - 1);
  }

  /** Whose window is in a slot; null at the end of a walk. */
  @Nullable BodySearch search(int slot) {
    return searches[slot];
  }

  long window(int slot) {
    return windows[slot];
  }

  int position(int slot) {
    return positions[slot];
  }

  /** Forgets the windows of all searches that are over. */
  void sweep() {
    rebuild(windows.length);
  }

  private void grow() {
    rebuild(2 * windows.length);
  }

  private void rebuild(int slots) {
    long[] oldWindows = windows;
    @Nullable BodySearch[] oldSearches = searches;
    int[] oldPositions = positions;
    windows = new long[slots];
    searches = new BodySearch[slots];
    positions = new int[slots];
    size = 0;
    Arrays.fill(filter, 0);
    for (int i = 0; i < oldWindows.length; i++) {
      BodySearch search = oldSearches[i];
      if (search != null && !search.over()) {
        insert(oldWindows[i], search, oldPositions[i]);
      }
    }
  }
}
