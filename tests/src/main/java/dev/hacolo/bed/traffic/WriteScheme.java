package dev.hacolo.bed.traffic;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What each write writes. Every value follows from the connection and the number of the write, so a
 * few counters remember all writes: number {@code n} (from 1 on) of connection {@code c} stores
 * {@link #value}{@code (c, n)} under {@link #key}{@code (c, n)}. Only after {@link #slots} writes
 * does a connection use a key again.
 *
 * @param slots keys of each connection, 1 to 1000000
 */
public record WriteScheme(int slots) {
  /** Length of every value in bytes. */
  public static final int VALUE_BYTES = 64;

  private static final int MOST_SLOTS = 1_000_000;

  /** Checks the number. */
  public WriteScheme {
    if (slots < 1 || slots > MOST_SLOTS) {
      throw new IllegalArgumentException(
          "slots is %d: allowed is 1 to %d".formatted(slots, MOST_SLOTS));
    }
  }

  /** Key of a write: {@code cNNN.SLOT}. */
  public String key(int connection, long number) {
    return "c%03d.%d".formatted(connection, number % slots);
  }

  /** Value of a write: it names itself, and its tail shows any damage. */
  public byte[] value(int connection, long number) {
    long mixed = mix(connection * 0x9E3779B97F4A7C15L + number);
    String text =
        String.format(
            Locale.ROOT,
            "c%03d-n%010d-%016x%016x%016x",
            connection,
            number,
            mixed,
            mix(mixed),
            mix(mixed + 1));
    return text.substring(0, VALUE_BYTES).getBytes(StandardCharsets.US_ASCII);
  }

  /** Number of the write that a value names, or -1 if it names none of this connection. */
  public static long numberIn(byte[] value, int connection) {
    String text = new String(value, StandardCharsets.US_ASCII);
    String start = "c%03d-n".formatted(connection);
    if (value.length != VALUE_BYTES || !text.startsWith(start)) {
      return -1;
    }
    try {
      return Long.parseLong(text, start.length(), start.length() + 10, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
