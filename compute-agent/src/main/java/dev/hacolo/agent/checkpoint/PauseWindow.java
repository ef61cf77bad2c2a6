package dev.hacolo.agent.checkpoint;

import java.util.ArrayDeque;

/**
 * The latest pauses of a VM. Bounded: of more than 256 the two oldest become one of their summed
 * length that ends with the later one. Not thread-safe. Times are nanoseconds of any origin.
 */
public final class PauseWindow {
  private static final int MOST = 256;

  private final ArrayDeque<Pause> pauses = new ArrayDeque<>();

  private record Pause(long begin, long end) {
    long within(long from, long to) {
      return Math.max(0, Math.min(end - from, to - from) - Math.max(begin - from, 0));
    }
  }

  /** Adds a pause; it begins after the end of the last one. */
  public void add(long begin, long end) {
    pauses.addLast(new Pause(begin, end));
    if (pauses.size() > MOST) {
      Pause oldest = pauses.removeFirst();
      Pause next = pauses.removeFirst();
      pauses.addFirst(new Pause(next.begin - (oldest.end - oldest.begin), next.end));
    }
  }

  /** How much of the time between two moments was a pause, in nanoseconds. */
  public long paused(long from, long to) {
    long sum = 0;
    for (Pause pause : pauses) {
      sum += pause.within(from, to);
    }
    return sum;
  }
}
