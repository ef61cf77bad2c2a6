package dev.hacolo.agent.profile;

import java.util.Arrays;

/**
 * Finds lines that end in CR LF, however the stream is cut. A line without CR, or with one inside,
 * is broken, since programs disagree on what it means; so is one that is too long.
 */
final class LineReader {
  private static final byte[] NOTHING = new byte[0];

  /** Buffers up to this size stay, in bytes. */
  private static final int COMMON = 256;

  private final int longest;

  /** The beginning of a line whose end has not come. */
  private byte[] kept = NOTHING;

  private int keptLength;

  private byte[] line = NOTHING;
  private int from;
  private int to;
  private boolean broken;

  LineReader(int longest) {
    this.longest = longest;
  }

  /**
   * Looks for the end of the line in a range.
   *
   * @return the index behind the line, or -1 if its end is not there or the line is broken
   */
  int find(byte[] data, int start, int end) {
    int at = start;
    while (at < end && data[at] != '\n') {
      at++;
    }
    boolean complete = at < end;
    int next = complete ? at + 1 : end;
    if (keptLength + next - start > longest + 2) {
      broken = true;
      return -1;
    }
    if (keptLength > 0 || !complete) {
      keep(data, start, next);
      return complete ? take(kept, 0, keptLength, next) : -1;
    }
    return take(data, start, next, next);
  }

  private void keep(byte[] data, int start, int end) {
    int size = keptLength + end - start;
    if (size > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(64, Math.min(longest + 2, 2 * size)));
    }
    System.arraycopy(data, start, kept, keptLength, end - start);
    keptLength = size;
  }

  private int take(byte[] data, int start, int end, int next) {
    keptLength = 0;
    line = data;
    from = start;
    to = end - 2;
    broken = to < from || data[to] != '\r';
    for (int i = from; i < to && !broken; i++) {
      broken = data[i] == '\r';
    }
    return broken ? -1 : next;
  }

  /** Lets go of the caller's array, and of a buffer that is larger than most lines. */
  void release() {
    line = NOTHING;
    if (keptLength == 0 && kept.length > COMMON) {
      kept = NOTHING;
    }
  }

  /** Whether there is no line and never will be. */
  boolean broken() {
    return broken;
  }

  /** Bytes of an unfinished line. */
  int keptLength() {
    return keptLength;
  }

  /** Holds the line that was found last, until the next call. */
  byte[] line() {
    return line;
  }

  int from() {
    return from;
  }

  /** Behind the last byte before CR LF. */
  int to() {
    return to;
  }

  int length() {
    return to - from;
  }
}
