package dev.hacolo.agent.prerelease;

import java.nio.charset.StandardCharsets;

/**
 * The framing of a segment of a service that nobody has described: a first line that may tell the
 * body's length as its last number, the body, and one of a few ends. What else is in the line is
 * part of the framing, so it must be as it was when the body was learnt.
 */
final class LineFraming {
  private static final int LONGEST_LINE = 64;
  private static final byte[][] ENDS = {
    "\r\nEND\r\n".getBytes(StandardCharsets.US_ASCII), "\r\n".getBytes(StandardCharsets.US_ASCII)
  };
  private static final long PRIME = 0x100000001b3L;
  private static final long START = 0xcbf29ce484222325L;

  private LineFraming() {}

  /**
   * The body in a segment.
   *
   * @param context names the service
   * @return a part of length 0 if a number in the line is not the body's length
   */
  static BodyPart body(byte[] data, int offset, int length, long context) {
    int from = lineEnd(data, offset, Math.min(length, LONGEST_LINE));
    int to = offset + length;
    for (byte[] end : ENDS) {
      if (from > offset && endsWith(data, from, to, end)) {
        to -= end.length;
        break;
      }
    }
    int size = to - from;
    int digits = lastNumber(data, offset, from);
    boolean lengthFits = digits == from || number(data, digits, from) == size;
    long framing = hash(hash(START, data, offset, digits), data, to, offset + length);
    return new BodyPart(from, lengthFits ? size : 0, 0, Math.max(1, size), context, framing);
  }

  private static int lineEnd(byte[] data, int offset, int length) {
    for (int at = offset; at + 1 < offset + length; at++) {
      if (data[at] == '\r' && data[at + 1] == '\n') {
        return at + 2;
      }
    }
    return offset;
  }

  private static boolean endsWith(byte[] data, int from, int to, byte[] end) {
    if (to - from < end.length) {
      return false;
    }
    for (int i = 0; i < end.length; i++) {
      if (data[to - end.length + i] != end[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the digits in front of the line's end begin; {@code end} if there are none. */
  private static int lastNumber(byte[] data, int offset, int end) {
    int at = end - 2;
    while (at > offset && data[at - 1] >= '0' && data[at - 1] <= '9') {
      at--;
    }
    return at < offset || at == end - 2 ? end : at;
  }

  private static long number(byte[] data, int from, int lineEnd) {
    long value = 0;
    for (int at = from; at < lineEnd - 2 && value < Integer.MAX_VALUE; at++) {
      value = 10 * value + data[at] - '0';
    }
    return value;
  }

  private static long hash(long start, byte[] data, int from, int to) {
    long hash = start;
    for (int at = from; at < to; at++) {
      hash = (hash ^ data[at]) * PRIME;
    }
    return hash;
  }
}
