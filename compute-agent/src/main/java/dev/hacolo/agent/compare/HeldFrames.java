package dev.hacolo.agent.compare;

import org.jspecify.annotations.Nullable;

/** All held frames in the order in which they came, and those with a record by its number. */
final class HeldFrames {
  /** The ring's largest size: how many younger records may be answered before an older one. */
  private static final int MAX_UNANSWERED = 1 << 20;

  private @Nullable HeldFrame oldest;
  private @Nullable HeldFrame newest;

  /** Where a walk stands: the next frame to be looked at, even if frames are removed meanwhile. */
  private @Nullable HeldFrame cursor;

  /** The first frame not yet known to have its inputs at B. */
  private @Nullable HeldFrame unstable;

  private int frames;
  private long bytes;
  private long lastNumber;

  /** Frames of the records from {@code base} on, in a ring; its size is a power of 2. */
  private @Nullable HeldFrame[] ring = new @Nullable HeldFrame[64];

  private long base;
  private long next;

  void add(HeldFrame held) {
    held.number = ++lastNumber;
    held.older = newest;
    if (newest == null) {
      oldest = held;
    } else {
      newest.newer = held;
    }
    newest = held;
    if (unstable == null) {
      unstable = held;
    }
    frames++;
    bytes += held.frame.bytes().length;
    if (held.record >= 0) {
      enter(held);
    }
  }

  private void enter(HeldFrame held) {
    if (base == next) {
      base = held.record;
    }
    next = held.record + 1;
    while (next - base > ring.length) {
      grow();
    }
    ring[slot(held.record)] = held;
  }

  private void grow() {
    @Nullable HeldFrame[] larger = new @Nullable HeldFrame[2 * ring.length];
    for (long id = base; id < next - 1; id++) {
      larger[(int) id & (larger.length - 1)] = ring[slot(id)];
    }
    ring = larger;
  }

  /** Takes the frame of a record out of those that wait for an answer; null if it has left. */
  @Nullable HeldFrame answered(long record) {
    if (record < base || record >= next) {
      return null;
    }
    HeldFrame held = ring[slot(record)];
    if (held != null) {
      leave(held);
    }
    return held;
  }

  /** Whether no more records can be waited for. */
  boolean unansweredFull() {
    return next - base >= MAX_UNANSWERED;
  }

  private int slot(long record) {
    return (int) record & (ring.length - 1);
  }

  void remove(HeldFrame held) {
    HeldFrame before = held.older;
    HeldFrame behind = held.newer;
    if (cursor == held) {
      cursor = behind;
    }
    if (unstable == held) {
      unstable = behind;
    }
    if (before == null) {
      oldest = behind;
    } else {
      before.newer = behind;
    }
    if (behind == null) {
      newest = before;
    } else {
      behind.older = before;
    }
    frames--;
    bytes -= held.frame.bytes().length;
    if (held.record >= 0) {
      leave(held);
    }
  }

  private void leave(HeldFrame held) {
    ring[slot(held.record)] = null;
    held.record = -1;
    while (base < next && ring[slot(base)] == null) {
      base++;
    }
  }

  /** Begins a walk over all frames, oldest first. */
  void walk() {
    cursor = oldest;
  }

  /** Next frame of the walk, null at its end; it and others may be removed before the next call. */
  @Nullable HeldFrame step() {
    HeldFrame held = cursor;
    if (held != null) {
      cursor = held.newer;
    }
    return held;
  }

  /** Takes the next frame whose inputs are stable with this count, null without. */
  @Nullable HeldFrame stable(long count) {
    HeldFrame held = unstable;
    if (held == null || held.inputs > count) {
      return null;
    }
    unstable = held.newer;
    return held;
  }

  @Nullable HeldFrame oldest() {
    return oldest;
  }

  /** Number of the last frame that was held. */
  long lastNumber() {
    return lastNumber;
  }

  int frames() {
    return frames;
  }

  long bytes() {
    return bytes;
  }
}
