package dev.hacolo.agent.profile;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of bytes that come in pieces: the value does not
 * depend on how they are cut. To be used again and again; not thread-safe.
 */
final class KeyedHash {
  private static final int COMPRESSION_ROUNDS = 2;
  private static final int FINAL_ROUNDS = 4;

  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long word;
  private int count;

  KeyedHash start(HashKey key) {
    v0 = key.first() ^ 0x736f6d6570736575L;
    v1 = key.second() ^ 0x646f72616e646f6dL;
    v2 = key.first() ^ 0x6c7967656e657261L;
    v3 = key.second() ^ 0x7465646279746573L;
    word = 0;
    count = 0;
    return this;
  }

  KeyedHash add(byte value) {
    word |= (value & 0xffL) << (8 * (count++ & 7));
    if ((count & 7) == 0) {
      mix();
    }
    return this;
  }

  KeyedHash add(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      add(data[i]);
    }
    return this;
  }

  /** Length first, so that the borders of what is added count as well. */
  KeyedHash addSized(byte[] data, int from, int to) {
    return add((long) to - from).add(data, from, to);
  }

  KeyedHash add(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      add((byte) (value >>> shift));
    }
    return this;
  }

  KeyedHash add(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      add((byte) c).add((byte) (c >>> 8));
    }
    return this;
  }

  private void mix() {
    v3 ^= word;
    rounds(COMPRESSION_ROUNDS);
    v0 ^= word;
    word = 0;
  }

  private void rounds(int rounds) {
    for (int i = 0; i < rounds; i++) {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }

  /** The hash of all that was added; ends it: the next thing to call is {@link #start}. */
  long value() {
    word |= (long) count << 56;
    mix();
    v2 ^= 0xff;
    rounds(FINAL_ROUNDS);
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
