package dev.hacolo.agent.session;

import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.common.api.PathLoad;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a primary's outputs fared in the last seconds, from figures that only grow. Pure; not
 * thread-safe. Times are nanoseconds of a monotonic clock.
 */
final class LoadWindow {
  private static final long SECOND = 1_000_000_000L;
  private static final int MOST_SECONDS = 10;
  private static final int LEAST_SECONDS = 5;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long at, long outputs, long waited, long paused) {
    static Sample of(GateStatistics gate, long pausedNanos, long now) {
      long waited = gate.compared() + gate.checkpointed();
      return new Sample(now, waited + gate.preReleased(), waited, pausedNanos);
    }

    PathLoad since(Sample earlier) {
      long all = outputs - earlier.outputs;
      return new PathLoad(
          (int) ((at - earlier.at) / SECOND),
          all,
          percent(waited - earlier.waited, all),
          percent(paused - earlier.paused, at - earlier.at));
    }

    /** In tenths. */
    private static double percent(long part, long whole) {
      return whole == 0 ? 0 : Math.min(1000, Math.round(1000.0 * part / whole)) / 10.0;
    }
  }

  /**
   * Takes the figures of now; to be called about once a second.
   *
   * @param gate null where there is no gate
   * @param pausedNanos how long checkpoints have stopped the guest so far
   * @return null until some seconds of one gate have been seen
   */
  @Nullable PathLoad load(@Nullable GateStatistics gate, long pausedNanos, long now) {
    if (gate == null) {
      samples.clear();
      return null;
    }
    Sample newest = Sample.of(gate, pausedNanos, now);
    Sample last = samples.peekLast();
    if (last != null && (newest.outputs < last.outputs || newest.paused < last.paused)) {
      samples.clear(); // another gate
      last = null;
    }
    if (last == null || now - last.at >= SECOND / 2) {
      samples.addLast(newest);
    }
    while (now - Objects.requireNonNull(samples.peekFirst()).at > MOST_SECONDS * SECOND) {
      samples.removeFirst();
    }
    Sample oldest = Objects.requireNonNull(samples.peekFirst());
    return now - oldest.at < LEAST_SECONDS * SECOND ? null : newest.since(oldest);
  }

  /** Samples that are kept. */
  int size() {
    return samples.size();
  }
}
