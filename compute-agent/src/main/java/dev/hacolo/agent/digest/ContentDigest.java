package dev.hacolo.agent.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Keyed digest of content: two polynomials over the field of p = 2^61-1 (Carter and Wegman, 1979;
 * the field is that of Bernstein's and Thorup's polynomial hashes).
 *
 * <p>The content is cut into n little-endian words of 7 bytes, the last one filled up with zeros. A
 * polynomial is {@code m0 k^n + m1 k^(n-1) + ... + m(n-1) k + length}. Two different contents give
 * different polynomials: either their lengths differ, or a word does. Their difference has at most
 * n roots, and a root is hit only by a key of its value.
 *
 * <p>Bound: whoever does not know the keys can find two different contents of up to n words with
 * equal digests with a probability of at most ((n+2)/2^61)^2 for each pair: 2^-106 for 1460 bytes,
 * 2^-95 for 64 KiB. (The two terms above n are room for the keys' distance from uniform, 2^-67.)
 *
 * <p>Not thread-safe. {@link #toString} does not tell the keys.
 */
public final class ContentDigest {
  /** Bytes of a key. */
  public static final int KEY_BYTES = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BITS = 61;
  private static final long PRIME = (1L << BITS) - 1;
  private static final int WORD = 7;
  private static final long WORD_MASK = (1L << (8 * WORD)) - 1;
  private static final int BLOCK = 8 * WORD;

  /** Powers of the keys, from k^0 to k^8, each less than p. */
  private final long[] first;

  private final long[] second;
  private final Sum own = new Sum();

  /**
   * A digest of 122 bits.
   *
   * @param first value of the first polynomial, 0 to p-1
   * @param second value of the second polynomial, 0 to p-1
   */
  public record Value(long first, long second) {
    /** Digest of nothing, whatever the keys. */
    public static final Value EMPTY = new Value(0, 0);

    @Override
    public boolean equals(Object other) {
      return other instanceof Value v && first == v.first && second == v.second;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(first);
    }
  }

  /**
   * A digest under a key.
   *
   * @param key {@value #KEY_BYTES} secret random bytes; copied in another form
   * @throws IllegalArgumentException if the key has another length
   */
  public ContentDigest(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
    }
    first = powers(key, 0);
    second = powers(key, 16);
  }

  private static long[] powers(byte[] key, int at) {
    long low = (long) LONG.get(key, at);
    long high = (long) LONG.get(key, at + 8);
    // 2^64 = 8 and 2^61 = 1 modulo p.
    long k = canonical(fold(low) + times(canonical(fold(high)), 8));
    long[] powers = new long[9];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = canonical(times(powers[i - 1], k));
    }
    return powers;
  }

  /** Digest of a range of an array. Allocates the value and nothing else. */
  public Value of(byte[] data, int offset, int length) {
    return own.clear().add(data, offset, length).value();
  }

  /** For content that lies in several pieces; to be used again and again. */
  public Sum sum() {
    return new Sum();
  }

  @Override
  public String toString() {
    return "ContentDigest";
  }

  /** Any value to one of at most 2^61+6 that is the same modulo p. */
  private static long fold(long x) {
    return (x & PRIME) + (x >>> BITS);
  }

  private static long canonical(long x) {
    long folded = fold(x);
    return folded >= PRIME ? folded - PRIME : folded;
  }

  /** x y modulo p, less than 2^62+8; x is at most 2^61+6, y less than p. */
  private static long times(long x, long y) {
    long low = x * y;
    return (Math.multiplyHigh(x, y) << 3 | low >>> BITS) + (low & PRIME);
  }

  /** The same for a word of the content, in fewer steps; less than 2^61+2^56. */
  private static long part(long word, long y) {
    return Math.multiplyHigh(word << 3, y) + (word * y & PRIME);
  }

  /** A word; one byte behind it is read and ignored. */
  private static long word(byte[] data, int at) {
    return (long) LONG.get(data, at) & WORD_MASK;
  }

  /** Content as it comes in pieces: the value does not depend on how it is cut. */
  public final class Sum {
    private long x;
    private long y;
    private long word;
    private int filled;
    private long length;

    private Sum() {}

    /** Forgets the content. */
    public Sum clear() {
      x = 0;
      y = 0;
      word = 0;
      filled = 0;
      length = 0;
      return this;
    }

    /**
     * Appends a range of an array.
     *
     * @throws IndexOutOfBoundsException if the range is not in the array
     */
    public Sum add(byte[] data, int offset, int size) {
      Objects.checkFromIndexSize(offset, size, data.length);
      length += size;
      int at = offset;
      int end = offset + size;
      while (filled > 0 && at < end) {
        put(data[at++]);
      }
      at = blocks(data, at, end);
      for (; end - at > WORD; at += WORD) {
        step(ContentDigest.word(data, at));
      }
      while (at < end) {
        put(data[at++]);
      }
      return this;
    }

    private void put(byte value) {
      word |= (value & 0xffL) << (8 * filled);
      if (++filled == WORD) {
        step(word);
        word = 0;
        filled = 0;
      }
    }

    private void step(long w) {
      x = fold(times(x, first[1]) + w);
      y = fold(times(y, second[1]) + w);
    }

    /** Eight words in a step: the products do not wait for each other. */
    private int blocks(byte[] data, int from, int end) {
      long a = x;
      long b = y;
      int at = from;
      for (; end - at > BLOCK; at += BLOCK) {
        long w0 = ContentDigest.word(data, at);
        long w1 = ContentDigest.word(data, at + WORD);
        long w2 = ContentDigest.word(data, at + 2 * WORD);
        long w3 = ContentDigest.word(data, at + 3 * WORD);
        long w4 = ContentDigest.word(data, at + 4 * WORD);
        long w5 = ContentDigest.word(data, at + 5 * WORD);
        long w6 = ContentDigest.word(data, at + 6 * WORD);
        long w7 = ContentDigest.word(data, at + 7 * WORD);
        a = block(a, first, w0, w1, w2, w3, w4, w5, w6, w7);
        b = block(b, second, w0, w1, w2, w3, w4, w5, w6, w7);
      }
      x = a;
      y = b;
      return at;
    }

    /** Sums of four parts are less than 2^64, so they may be folded late. */
    @SuppressWarnings("TooManyParameters")
    private static long block(
        long acc,
        long[] k,
        long w0,
        long w1,
        long w2,
        long w3,
        long w4,
        long w5,
        long w6,
        long w7) {
      long high = part(w0, k[7]) + part(w1, k[6]) + part(w2, k[5]) + part(w3, k[4]);
      long low = part(w4, k[3]) + part(w5, k[2]) + part(w6, k[1]) + w7;
      return fold(times(acc, k[8]) + fold(high) + fold(low));
    }

    private long finish(long acc, long key) {
      long all = filled > 0 ? fold(times(acc, key) + word) : acc;
      return canonical(fold(times(all, key) + length));
    }

    /** Digest of the content so far; more may be appended. */
    public Value value() {
      return new Value(finish(x, first[1]), finish(y, second[1]));
    }

    /** Whether the content so far has this digest; allocates nothing. */
    public boolean matches(Value value) {
      return finish(x, first[1]) == value.first() && finish(y, second[1]) == value.second();
    }
  }
}
