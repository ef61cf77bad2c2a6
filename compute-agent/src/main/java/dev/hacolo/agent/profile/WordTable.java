package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what is known of a word in a stream, without making a string of it. Immutable. */
final class WordTable<T> {
  private final boolean ignoresCase;
  private final int mask;
  private final byte[][] words;
  private final @Nullable Object[] values;

  WordTable(Map<String, T> entries, boolean ignoresCase) {
    this.ignoresCase = ignoresCase;
    int size = Integer.highestOneBit(Math.max(4, entries.size())) << 2;
    mask = size - 1;
    words = new byte[size][];
    values = new Object[size];
    entries.forEach(this::put);
  }

  private void put(String word, T value) {
    byte[] bytes = word.getBytes(ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = fold(bytes[i]);
    }
    int at = hash(0, bytes, 0, bytes.length) & mask;
    while (values[at] != null) {
      at = (at + 1) & mask;
    }
    words[at] = bytes;
    values[at] = value;
  }

  private byte fold(byte b) {
    return ignoresCase ? lower(b) : b;
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }

  private int hash(int start, byte[] data, int from, int to) {
    int hash = start;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + fold(data[i]);
    }
    return hash ^ (hash >>> 15);
  }

  @Nullable T find(byte[] data, int from, int to) {
    return find(data, from, to, to, to);
  }

  /** Two words, with a space between them in the table; one, if the second is empty. */
  @SuppressWarnings("unchecked") // only put() writes values
  @Nullable T find(byte[] data, int from, int to, int from2, int to2) {
    int at = (from2 == to2 ? hash(0, data, from, to) : both(data, from, to, from2, to2)) & mask;
    for (; values[at] != null; at = (at + 1) & mask) {
      if (is(words[at], data, from, to, from2, to2)) {
        return (T) values[at];
      }
    }
    return null;
  }

  private int both(byte[] data, int from, int to, int from2, int to2) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + fold(data[i]);
    }
    hash = hash * 31 + ' ';
    return hash(hash, data, from2, to2);
  }

  private boolean is(byte[] word, byte[] data, int from, int to, int from2, int to2) {
    int first = to - from;
    int all = first + (from2 == to2 ? 0 : 1 + to2 - from2);
    if (word.length != all || !same(word, 0, data, from, to)) {
      return false;
    }
    return all == first || (word[first] == ' ' && same(word, first + 1, data, from2, to2));
  }

  private boolean same(byte[] word, int at, byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      if (word[at + i - from] != fold(data[i])) {
        return false;
      }
    }
    return true;
  }
}
