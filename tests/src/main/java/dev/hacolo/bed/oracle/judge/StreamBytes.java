package dev.hacolo.bed.oracle.judge;

import java.util.BitSet;
import java.util.Optional;

/**
 * The last bytes of one direction of a TCP connection, by their positions in the stream. Position 0
 * is the first that was given. Not thread-safe.
 */
final class StreamBytes {
  private static final int WINDOW = 32 * 1024;
  private static final int SHOWN = 24;
  private static final long NONE = Long.MAX_VALUE;

  private final byte[] bytes = new byte[WINDOW];
  private final BitSet known = new BitSet(WINDOW);
  private final int first;
  private long high;
  private long end = NONE;

  /**
   * A stream of which nothing is known yet.
   *
   * @param first sequence number of position 0
   */
  StreamBytes(int first) {
    this.first = first;
  }

  /** The sequence number of position 0. */
  int first() {
    return first;
  }

  /**
   * Takes a segment.
   *
   * @param sequence sequence number of its first byte
   * @param data what it carries, from {@code at} on, {@code length} bytes
   * @param fin whether the stream ends with it
   * @return what contradicts earlier segments, if anything does
   */
  Optional<String> take(int sequence, byte[] data, int at, int length, boolean fin) {
    long position = high + (sequence - (int) (first + high));
    Optional<String> conflict = compare(position, data, at, length);
    long last = position + length;
    boolean otherEnd = fin && (last < high || (end != NONE && last != end));
    if (conflict.isEmpty() && (last > end || otherEnd)) {
      conflict =
          Optional.of("the stream goes to %d and ends at %d".formatted(high, Math.min(end, last)));
    }
    end = fin ? Math.min(end, last) : end;
    return conflict;
  }

  private Optional<String> compare(long position, byte[] data, int at, int length) {
    advance(position + length);
    for (int i = 0; i < length; i++) {
      long p = position + i;
      if (p < 0 || p < high - WINDOW) {
        continue;
      }
      int slot = (int) (p % WINDOW);
      if (known.get(slot) && bytes[slot] != data[at + i]) {
        return Optional.of(conflict(p, data, at + i, length - i));
      }
      bytes[slot] = data[at + i];
      known.set(slot);
    }
    return Optional.empty();
  }

  private void advance(long to) {
    for (long p = Math.max(high, to - WINDOW); p < to; p++) {
      known.clear((int) (p % WINDOW));
    }
    high = Math.max(high, to);
  }

  private String conflict(long position, byte[] data, int at, int length) {
    StringBuilder before = new StringBuilder();
    StringBuilder now = new StringBuilder();
    for (int i = 0; i < Math.min(length, SHOWN) && position + i < high; i++) {
      int slot = (int) ((position + i) % WINDOW);
      before.append(known.get(slot) ? shown(bytes[slot]) : '?');
      now.append(shown(data[at + i]));
    }
    return "at position %d '%s' and '%s'".formatted(position, before, now);
  }

  private static char shown(byte b) {
    return b >= ' ' && b <= '~' ? (char) b : '.';
  }
}
