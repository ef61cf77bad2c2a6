package dev.hacolo.bed.traffic;

/** Holds all drivers between two requests. Thread-safe. */
final class PauseGate {
  private boolean closed;
  private int waiting;

  /** Waits while the gate is closed; returns whether it had to wait. */
  synchronized boolean pass() throws InterruptedException {
    if (!closed) {
      return false;
    }
    waiting++;
    notifyAll();
    while (closed) {
      wait();
    }
    waiting--;
    notifyAll();
    return true;
  }

  /** Closes the gate. */
  synchronized void close() {
    closed = true;
  }

  /** Opens the gate. */
  synchronized void open() {
    closed = false;
    notifyAll();
  }

  /** A driver has ended: whoever waits for all drivers has to count again. */
  synchronized void driverEnded() {
    notifyAll();
  }

  /** Returns whether so many drivers wait at the gate, or do so before the deadline. */
  synchronized boolean awaitAll(java.util.function.IntSupplier drivers, long deadlineMs)
      throws InterruptedException {
    long end = System.nanoTime() + deadlineMs * 1_000_000;
    while (waiting < drivers.getAsInt()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
