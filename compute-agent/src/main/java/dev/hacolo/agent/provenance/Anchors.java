package dev.hacolo.agent.provenance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Content-defined anchors: of all windows of {@value #WINDOW} bytes those whose hash has its low
 * four bits zero, one in 16. Whether a window is an anchor depends on its bytes alone, so wherever
 * content is copied to, its anchors go with it. The hash is keyed, so that clients cannot choose
 * contents that share a place in a table; nothing but speed rests on the key.
 */
final class Anchors {
  /** Bytes of a window. */
  static final int WINDOW = 8;

  private static final long LOW_BITS = 15;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long multiplier;
  private final long mask;

  Anchors(long key) {
    multiplier = key << 1 | 1;
    mask = Long.rotateLeft(key * 0x9e3779b97f4a7c15L, 23);
  }

  /** Hash of the window; different windows have different hashes. */
  long hash(byte[] data, int at) {
    long mixed = ((long) LONG.get(data, at) ^ mask) * multiplier;
    mixed ^= mixed >>> 32;
    mixed *= 0xd6e8feb86659fd93L;
    return mixed ^ mixed >>> 32;
  }

  /** A keyed sum over content, to recognise a repetition. */
  long sum(byte[] data, int offset, int length) {
    long sum = mask;
    int at = offset;
    int end = offset + length;
    for (; at + WINDOW <= end; at += WINDOW) {
      sum = (sum ^ (long) LONG.get(data, at)) * multiplier;
      sum ^= sum >>> 29;
    }
    for (; at < end; at++) {
      sum = (sum ^ data[at]) * multiplier;
      sum ^= sum >>> 29;
    }
    return sum;
  }

  /**
   * Position of the first anchor at or behind {@code from} whose window ends at or before {@code
   * end}; -1 if there is none.
   */
  int next(byte[] data, int from, int end) {
    for (int at = from; at + WINDOW <= end; at++) {
      if ((hash(data, at) & LOW_BITS) == 0) {
        return at;
      }
    }
    return -1;
  }
}
