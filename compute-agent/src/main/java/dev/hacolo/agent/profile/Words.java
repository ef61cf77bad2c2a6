package dev.hacolo.agent.profile;

/** The words of a line, separated by spaces: where the first ones are, and the last. */
final class Words {
  /** Words whose places are kept. */
  static final int KEPT = 16;

  private final int[] starts = new int[KEPT];
  private final int[] ends = new int[KEPT];
  private int count;
  private int lastStart;
  private int lastEnd;

  /** Cuts a range into words. */
  void cut(byte[] data, int from, int to) {
    count = 0;
    int at = from;
    while (at < to) {
      int start = at;
      while (at < to && data[at] != ' ') {
        at++;
      }
      if (at > start) {
        add(start, at);
      }
      at++;
    }
  }

  private void add(int start, int end) {
    if (count < KEPT) {
      starts[count] = start;
      ends[count] = end;
    }
    count++;
    lastStart = start;
    lastEnd = end;
  }

  int count() {
    return count;
  }

  /** Of one of the first words, counted from 0. */
  int start(int word) {
    return starts[word];
  }

  /** Behind its last byte. */
  int end(int word) {
    return ends[word];
  }

  int length(int word) {
    return ends[word] - starts[word];
  }

  /** Whether a word is there and is this one. */
  boolean is(int word, byte[] data, byte[] expected) {
    return word < Math.min(count, KEPT) && Text.is(data, starts[word], ends[word], expected);
  }

  boolean lastIs(byte[] data, byte[] expected) {
    return count > 0 && Text.is(data, lastStart, lastEnd, expected);
  }
}
