package dev.hacolo.agent.profile;

import java.util.Arrays;

/**
 * The arguments of a RESP request, the verb first, as far as they fit; a long value is left out,
 * not cut.
 */
final class Arguments {
  /** Buffers up to this size stay, in bytes. */
  private static final int COMMON = 256;

  private byte[] bytes = new byte[64];
  private final int[] ends = new int[Bounds.ARGUMENTS];
  private int kept;
  private int used;
  private long count;
  private boolean keeps;

  void clear() {
    if (bytes.length > COMMON) {
      bytes = new byte[COMMON];
    }
    kept = 0;
    used = 0;
    count = 0;
    keeps = true;
  }

  /** The next argument begins. Behind one that does not fit nothing is kept. */
  void begin(long length) {
    count++;
    keeps = keeps && kept < ends.length && length <= Bounds.ARGUMENT_BYTES - used;
    if (keeps) {
      if (used + length > bytes.length) {
        int size = Math.max(2 * bytes.length, used + (int) length);
        bytes = Arrays.copyOf(bytes, Math.min(Bounds.ARGUMENT_BYTES, size));
      }
      ends[kept++] = used;
    }
  }

  /** Bytes of the argument. */
  void add(byte[] data, int from, int length) {
    if (keeps) {
      System.arraycopy(data, from, bytes, used, length);
      used += length;
      ends[kept - 1] = used;
    }
  }

  /** How many there are, the verb among them. */
  long count() {
    return count;
  }

  /** Whether none was left out. */
  boolean complete() {
    return kept == count;
  }

  /** Whether an argument, counted from 0, is kept. */
  boolean has(int index) {
    return index < kept;
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Behind its last byte. */
  int end(int index) {
    return ends[index];
  }
}
