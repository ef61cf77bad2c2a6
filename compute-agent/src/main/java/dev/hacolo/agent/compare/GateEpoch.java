package dev.hacolo.agent.compare;

import java.util.ArrayDeque;

/** Where the gate stands between checkpoints: what is sealed, what is loaded, what may differ. */
final class GateEpoch {
  /** A certain seal whose state is not loaded yet: it covers the held frames up to a number. */
  private record Seal(long checkpoint, long lastNumber) {}

  private final ArrayDeque<Seal> pending = new ArrayDeque<>(4);
  private long lastSeal;
  private long certainSeals;
  private long sealedNumber;
  private long sealedRecords;
  private boolean certain;
  private boolean stopping;
  private boolean diverged;

  /** Whether there was a checkpoint; in epoch 0 everything waits for one. */
  boolean begun() {
    return lastSeal > 0;
  }

  /** How many certain seals there were. */
  long certainSeals() {
    return certainSeals;
  }

  /** Whether the VM has stopped and it is not known yet what for. */
  boolean stopping() {
    return stopping;
  }

  void stopped() {
    stopping = true;
  }

  void continued() {
    stopping = false;
  }

  /** Whether a state is being loaded. */
  boolean loading() {
    return !pending.isEmpty();
  }

  /** Whether both VMs run from a state that is the same, as far as anybody knows. */
  boolean common() {
    return certain && pending.isEmpty() && !stopping && !diverged;
  }

  /** A difference of this epoch is known. */
  void diverged() {
    diverged = true;
  }

  /** See {@link ReleaseGate#sealed}. */
  void sealed(long checkpoint, boolean isCertain, long lastNumber, long records) {
    if (checkpoint != lastSeal + 1) {
      throw new IllegalArgumentException("seal %d follows seal %d".formatted(checkpoint, lastSeal));
    }
    lastSeal = checkpoint;
    stopping = false;
    diverged = false;
    certain = isCertain;
    sealedRecords = records;
    if (isCertain) {
      certainSeals++;
      sealedNumber = lastNumber;
      pending.add(new Seal(checkpoint, lastNumber));
    }
  }

  /** The state of a checkpoint is loaded; returns the number of the last frame that it covers. */
  long loaded(long checkpoint) {
    long covered = 0;
    while (!pending.isEmpty() && pending.peek().checkpoint() <= checkpoint) {
      covered = pending.remove().lastNumber();
    }
    return covered;
  }

  /** Whether a held frame is part of the state of a checkpoint under way. */
  boolean covers(HeldFrame held) {
    return held.number <= sealedNumber;
  }

  /** Whether a record is about an earlier epoch than this. */
  boolean isPast(long record) {
    return record < sealedRecords;
  }

  void end() {
    pending.clear();
  }
}
