package dev.hacolo.agent.provenance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Content-defined anchors: of all windows of {@value #WINDOW} bytes those whose keyed product has
 * its high four bits zero, one in 16. Whether a window is an anchor depends on its bytes alone, so
 * wherever content is copied to, its anchors go with it. The hash is keyed, so that clients cannot
 * choose contents that share a place in a table; nothing but speed rests on the key.
 */
final class Anchors {
  /** Bytes of a window. */
  static final int WINDOW = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long multiplier;
  private final long mask;

  Anchors(long key) {
    multiplier = spread(key) | 1;
    mask = spread(key + 1);
  }

  /** Any number to one whose bits look drawn (finaliser of MurmurHash3, 64 bits). */
  private static long spread(long key) {
    long mixed = (key ^ 0x9e3779b97f4a7c15L) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }

  /** Whether the window is an anchor. */
  boolean isAnchor(byte[] data, int at) {
    // The high bits of a product depend on all bits of the window.
    return mixed(data, at) >>> 60 == 0;
  }

  /** Hash of the window; different windows have different hashes. */
  long hash(byte[] data, int at) {
    long mixed = mixed(data, at);
    mixed ^= mixed >>> 32;
    mixed *= 0xd6e8feb86659fd93L;
    return mixed ^ mixed >>> 32;
  }

  private long mixed(byte[] data, int at) {
    return ((long) LONG.get(data, at) ^ mask) * multiplier;
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
      if (isAnchor(data, at)) {
        return at;
      }
    }
    return -1;
  }
}
