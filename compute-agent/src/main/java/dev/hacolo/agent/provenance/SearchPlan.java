package dev.hacolo.agent.provenance;

import java.util.Arrays;

/**
 * By what a body is searched for. Memory is looked at only every {@value #STRIDE} bytes, 8 bytes
 * each time. So that one of these looks falls on a body wherever it lies, all windows of 8 bytes
 * that start at {@value #STRIDE} positions in a row are wanted: a group. A group is every 2 KiB, so
 * that each whole page of the body has one; small bodies have two, for one may lie across the end
 * of a page.
 */
final class SearchPlan {
  /** Bytes from one look at memory to the next; a page is a multiple. */
  static final int STRIDE = 32;

  /** Bytes of a look. */
  static final int WINDOW = 8;

  /** Bytes of the body that a group needs. */
  static final int GROUP = STRIDE + WINDOW - 1;

  private static final int SPACING = 2048;

  /** A group with fewer different bytes fits too many places. */
  private static final int DISTINCT = 6;

  private SearchPlan() {}

  /** Where groups start, in order; none if the body has too little in it to be found by. */
  static int[] groups(byte[] data) {
    int spacing = Math.max(RamRange.PAGE / 64, Math.min(SPACING, data.length / 2));
    int[] groups = new int[data.length / spacing + 1];
    int count = 0;
    for (int at = 0; at + GROUP <= data.length; at += spacing) {
      int best = best(data, at, Math.min(at + spacing, data.length));
      if (best >= 0) {
        groups[count++] = best;
      }
    }
    return Arrays.copyOf(groups, count);
  }

  private static int best(byte[] data, int from, int end) {
    int step = Math.max(1, (end - from - GROUP) / 4);
    int best = -1;
    int most = DISTINCT - 1;
    for (int at = from; at + GROUP <= end; at += step) {
      int distinct = distinct(data, at, GROUP);
      if (distinct > most) {
        most = distinct;
        best = at;
      }
    }
    return best;
  }

  private static int distinct(byte[] data, int from, int length) {
    long low = 0;
    long high = 0;
    long low2 = 0;
    long high2 = 0;
    for (int i = from; i < from + length; i++) {
      long bit = 1L << data[i];
      switch (data[i] >>> 6 & 3) {
        case 0 -> low |= bit;
        case 1 -> high |= bit;
        case 2 -> low2 |= bit;
        default -> high2 |= bit;
      }
    }
    return Long.bitCount(low) + Long.bitCount(high) + Long.bitCount(low2) + Long.bitCount(high2);
  }

  /**
   * The best window on the looks' grid in a part of the body whose place in its page is known, -1
   * if none will do.
   *
   * @param pageOffset where the part starts in its page
   */
  static int window(byte[] data, int from, int end, int pageOffset) {
    int best = -1;
    int most = 1;
    int first = from + (-pageOffset & (STRIDE - 1));
    for (int at = first; at + WINDOW <= end; at += STRIDE) {
      int distinct = distinct(data, at, WINDOW);
      if (distinct > most) {
        most = distinct;
        best = at;
      }
    }
    return best;
  }
}
