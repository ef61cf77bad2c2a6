package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;

/**
 * Computations of the guest's {@code parallel-kernel}: CPU time on all its CPUs, barriers and locks
 * behind a question and an answer of a few bytes. Asks the same few questions in turn, each of
 * which has one right answer.
 */
final class KernelTalk implements Talk {
  /** Where the guest's service listens. */
  static final int PORT = 10;

  private static final int ROUNDS = 48;
  private static final int QUESTIONS = 4;
  private static final int CELLS = 4096;
  private static final int BINS = 64;
  private static final byte[][] ANSWERS = answers();

  private int seed;

  KernelTalk(int firstSeed) {
    seed = firstSeed % QUESTIONS;
  }

  @Override
  public void request(ByteBuffer out) {
    seed = (seed + 1) % QUESTIONS;
    out.put(Ascii.bytes("RUN %d %d\n".formatted(seed, ROUNDS)));
  }

  @Override
  public boolean isAnswered(ByteBuffer in) throws WrongAnswerException {
    byte[] right = ANSWERS[seed];
    String what = "RUN " + seed;
    if (!Ascii.isThere(in, 0, right, what)) {
      return false;
    }
    if (in.position() > right.length) {
      throw new WrongAnswerException(what, Ascii.text(in, right.length), "nothing more");
    }
    return true;
  }

  private static byte[][] answers() {
    byte[][] answers = new byte[QUESTIONS][];
    for (int i = 0; i < QUESTIONS; i++) {
      answers[i] = Ascii.bytes("SUM %s\n".formatted(Integer.toUnsignedString(sum(i, ROUNDS))));
    }
    return answers;
  }

  /** What parallel-kernel.c computes. */
  static int sum(int seed, int rounds) {
    int[] from = new int[CELLS];
    int state = seed;
    for (int i = 0; i < CELLS; i++) {
      state = state * 1664525 + 1013904223;
      from[i] = state;
    }
    int[] bins = new int[BINS];
    for (int round = 0; round < rounds; round++) {
      from = step(from, round, bins);
    }
    int sum = 0;
    for (int bin : bins) {
      sum = sum * 31 + bin;
    }
    return sum;
  }

  private static int[] step(int[] from, int round, int[] bins) {
    int[] to = new int[CELLS];
    for (int i = 0; i < CELLS; i++) {
      int left = from[(i + CELLS - 1) % CELLS];
      int right = from[(i + 1) % CELLS];
      int next = (left ^ (from[i] << 5)) + (right >>> 3) * (int) 2654435761L + round;
      to[i] = next;
      if ((next & 15) == 0) {
        bins[(next >>> 4) % BINS] += next;
      }
    }
    return to;
  }
}
