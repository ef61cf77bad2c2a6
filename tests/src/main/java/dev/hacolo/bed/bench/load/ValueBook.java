package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Which values were set for which key, without keeping them: a value names its key, the number of
 * its set and this run, and carries a checksum. So a get can tell a value that was never set for
 * its key, and one that is older than it may be. Not thread-safe: one for all connections of the
 * one load thread.
 *
 * <p>Layout, all in the letters a to p, one for each 4 bits: key (4), number of the set (12), run
 * (8), CRC-32 of all the rest (8); then random letters.
 */
final class ValueBook {
  /** Length of a value in bytes. */
  static final int LENGTH = 1024;

  private static final int NUMBER_AT = 4;
  private static final int RUN_AT = 16;
  private static final int CRC_AT = 24;
  private static final int BODY_AT = 32;
  private static final int LETTERS = 1 << 16;

  private final int keys;
  private final int run;
  private final SplittableRandom random;
  private final byte[] letters = new byte[LETTERS + LENGTH];
  private final CRC32 crc = new CRC32();
  private final long[] floor;
  private final long[] inFlight;
  private final int[] inFlightKey;
  private final long[] flooredByAnswer;
  private long sets;
  private int filled;

  /**
   * Knows of no value yet.
   *
   * @param keys number of keys, at most 65536
   * @param connections connections that set and get, one request at a time each
   */
  ValueBook(int keys, int connections, SplittableRandom random) {
    this.keys = keys;
    this.random = random;
    this.run = random.nextInt();
    this.floor = new long[keys];
    this.inFlight = new long[connections];
    this.inFlightKey = new int[connections];
    this.flooredByAnswer = new long[connections];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) ('a' + random.nextInt(26));
    }
  }

  /** A key that has no value yet, or -1 if all have or are being given one. */
  int unfilled() {
    return filled < keys ? filled++ : -1;
  }

  /** Any key. */
  int anyKey() {
    return random.nextInt(keys);
  }

  /** Whether a set of the key has been acknowledged. */
  boolean isStored(int key) {
    return floor[key] > 0;
  }

  /** Whether every key has a value. */
  boolean isFilled() {
    for (long number : floor) {
      if (number == 0) {
        return false;
      }
    }
    return true;
  }

  /** Writes a new value, which its connection is about to set. */
  void write(ByteBuffer out, int connection, int key) {
    long number = ++sets;
    int at = out.position();
    letters(out, at, key, NUMBER_AT);
    letters(out, at + NUMBER_AT, number, RUN_AT - NUMBER_AT);
    letters(out, at + RUN_AT, run, CRC_AT - RUN_AT);
    out.put(at + BODY_AT, letters, random.nextInt(LETTERS), LENGTH - BODY_AT);
    letters(out, at + CRC_AT, checksum(out, at), BODY_AT - CRC_AT);
    out.position(at + LENGTH);
    inFlight[connection] = number;
    inFlightKey[connection] = key;
    flooredByAnswer[connection] = oldestInFlight(key);
  }

  /**
   * The set of a connection has been acknowledged. Every set of the key that was acknowledged
   * before this one was sent is overwritten by it: no later get may see one of them. Those are the
   * numbers below the oldest that was in flight then.
   */
  void acknowledged(int connection) {
    int key = inFlightKey[connection];
    floor[key] = Math.max(floor[key], flooredByAnswer[connection]);
    inFlight[connection] = 0;
  }

  /** The lowest number of a set that a get of the key may see if it is sent now. */
  long floor(int key) {
    return floor[key];
  }

  /**
   * Checks a value that a get was answered with.
   *
   * @param floor what {@link #floor} was when the get was sent
   */
  void check(ByteBuffer in, int at, int key, long floor) throws WrongAnswerException {
    long number = number(in, at + NUMBER_AT, RUN_AT - NUMBER_AT);
    if (number(in, at, NUMBER_AT) != key
        || number(in, at + RUN_AT, CRC_AT - RUN_AT) != Integer.toUnsignedLong(run)
        || number(in, at + CRC_AT, BODY_AT - CRC_AT) != checksum(in, at)
        || number > sets) {
      throw new WrongAnswerException(
          "a get of key " + key, Ascii.text(in, at), "a value that was set for it");
    }
    if (number < floor) {
      throw new WrongAnswerException(
          "a get of key " + key, "the value of set " + number, "that of set %d".formatted(floor));
    }
  }

  private long oldestInFlight(int key) {
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < inFlight.length; i++) {
      if (inFlight[i] != 0 && inFlightKey[i] == key) {
        oldest = Math.min(oldest, inFlight[i]);
      }
    }
    return oldest;
  }

  private long checksum(ByteBuffer buffer, int at) {
    crc.reset();
    ByteBuffer whole = buffer.duplicate().limit(at + CRC_AT).position(at);
    crc.update(whole);
    crc.update(whole.limit(at + LENGTH).position(at + BODY_AT));
    return crc.getValue();
  }

  private static void letters(ByteBuffer out, int at, long value, int count) {
    for (int i = 0; i < count; i++) {
      out.put(at + i, (byte) ('a' + ((value >>> (4 * (count - 1 - i))) & 0xf)));
    }
  }

  /** -1 if other letters stand there. */
  private static long number(ByteBuffer in, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      int nibble = in.get(at + i) - 'a';
      if (nibble < 0 || nibble > 15) {
        return -1;
      }
      value = (value << 4) | nibble;
    }
    return value;
  }
}
