package dev.hacolo.bed.oracle.load;

import org.jspecify.annotations.Nullable;

/** Lets clients work while there is a round. Thread-safe. */
final class Gate {
  private @Nullable Round round;
  private int working;

  /** Waits for a round; {@link #leave} has to follow. */
  synchronized Round enter() throws InterruptedException {
    while (round == null) {
      wait();
    }
    working++;
    return round;
  }

  synchronized void leave() {
    working--;
    notifyAll();
  }

  /** The round, if there is one. */
  synchronized @Nullable Round round() {
    return round;
  }

  /** Begins a round, or changes the present one. */
  synchronized void begin(Round next) {
    round = next;
    notifyAll();
  }

  /** Ends the round; true when nobody works any more, false if that does not come to be in time. */
  synchronized boolean end(long patienceMs) throws InterruptedException {
    round = null;
    long deadline = System.nanoTime() + patienceMs * 1_000_000;
    while (working > 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
