package dev.hacolo.agent.prerelease;

import java.util.Arrays;

/**
 * Tells the next bytes of a stream from those that were there before, by their positions (modulo
 * 2^32). Bytes that their receiver has not acknowledged may come again only as they were: which
 * ones it takes is not known otherwise.
 */
final class SegmentOrder {
  /** Longest segment that is kept to recognise its repetition, in bytes. */
  private static final int KEPT = 4096;

  private static final byte[] NONE = {};

  /** Where a segment belongs. */
  enum Place {
    /** It goes on where the last one ended. */
    NEXT,
    /** All of it was there before. */
    REPEATED,
    /** Some of it is missing, or may be other than it was. */
    UNKNOWN
  }

  private int next;
  private int received;
  private byte[] last = NONE;
  private int lastLength;

  SegmentOrder(int first) {
    next = first;
    received = first;
  }

  Place place(int from, byte[] data, int offset, int length) {
    if (from == next) {
      keep(data, offset, length);
      next += length;
      return Place.NEXT;
    }
    boolean acknowledged = from + length - received <= 0;
    return acknowledged || isLast(from, data, offset, length) ? Place.REPEATED : Place.UNKNOWN;
  }

  private void keep(byte[] data, int offset, int length) {
    lastLength = length;
    if (length > KEPT) {
      return;
    }
    if (last.length < length) {
      last = new byte[Math.min(KEPT, Math.max(128, 2 * length))];
    }
    System.arraycopy(data, offset, last, 0, length);
  }

  private boolean isLast(int from, byte[] data, int offset, int length) {
    return length == lastLength
        && from == next - length
        && length <= KEPT
        && Arrays.equals(data, offset, offset + length, last, 0, length);
  }

  /** The receiver has everything up to this position. */
  void received(int position) {
    if (position - received > 0 && position - next <= 0) {
      received = position;
    }
  }
}
