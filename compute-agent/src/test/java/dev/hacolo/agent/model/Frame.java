package dev.hacolo.agent.model;

/** What A knows of an output, in the bits of {@link State#FRAMES}. */
final class Frame {
  // What it waits for, as in the gate's HeldFrame.
  static final int NONE = 0;
  static final int VERDICT = 1;
  static final int SEAL = 2;
  static final int CHECKPOINT = 3;
  static final int OVER = 4;
  static final int LEFT = 5;
  private static final int WAIT = 7;

  /** A has told B that it may leave before the verdict. */
  static final int CANDIDATE = 8;

  // B's verdict, on its way.
  static final int EQUAL = 16;
  static final int DIFFERENT = 32;

  /** B has entered it in the ledger, and has said so. */
  static final int ENTERED = 64;

  private Frame() {}

  static boolean isEntered(int frame) {
    return (frame & ENTERED) != 0;
  }

  static int wait(int frame) {
    return frame & WAIT;
  }

  static int waiting(int frame, int wait) {
    return (frame & ~WAIT) | wait;
  }

  static int verdict(int frame) {
    return frame & (EQUAL | DIFFERENT);
  }

  static boolean isCandidate(int frame) {
    return (frame & CANDIDATE) != 0;
  }
}
