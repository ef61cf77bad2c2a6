package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.common.api.CheckpointSummary;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums up the checkpoints of one generation. What it shows is renewed once a minute, or when it is
 * told to, so that whoever keeps it has little to keep. Not thread-safe; times are nanoseconds of a
 * monotonic clock.
 */
public final class CheckpointTally {
  private static final long PERIOD = 60_000_000_000L;
  private static final long MILLISECOND = 1_000_000;
  private static final long MICROSECOND = 1_000;

  private final long generation;
  private final long begin;
  private final Map<CheckpointCause, Long> causes = new EnumMap<>(CheckpointCause.class);
  private long checkpoints;
  private long pauseTotal;
  private long pauseMax;
  private boolean ended;
  private long end;
  private @Nullable CheckpointSummary shown;
  private long shownAt;

  /** Begins with no checkpoint. */
  public CheckpointTally(long generation, long now) {
    this.generation = generation;
    begin = now;
    shownAt = now;
  }

  /** A checkpoint is over. */
  public void taken(CheckpointRecord checkpoint) {
    checkpoints++;
    pauseTotal += checkpoint.pauseNanos();
    pauseMax = Math.max(pauseMax, checkpoint.pauseNanos());
    checkpoint.causes().forEach(cause -> causes.merge(cause, 1L, Long::sum));
  }

  /** How long the checkpoints so far have stopped the guest, in nanoseconds. */
  public long pauseNanos() {
    return pauseTotal;
  }

  /** There will be no more, and no more time to cover. */
  public void end(long now) {
    if (!ended) {
      ended = true;
      end = now;
    }
  }

  /** Shows what there is now; nothing as long as there was no checkpoint. */
  public void renew(long now) {
    if (checkpoints > 0) {
      shown = sum(now);
      shownAt = now;
    }
  }

  /** What is shown at present; null as long as that is nothing. */
  public @Nullable CheckpointSummary summary(long now) {
    if (now - shownAt >= PERIOD) {
      renew(now);
    }
    return shown;
  }

  private CheckpointSummary sum(long now) {
    Map<String, Long> named = new HashMap<>();
    causes.forEach((cause, count) -> named.put(cause.name().toLowerCase(Locale.ROOT), count));
    return new CheckpointSummary(
        generation,
        ((ended ? end : now) - begin) / MILLISECOND,
        checkpoints,
        named,
        pauseTotal / MICROSECOND,
        pauseMax / MICROSECOND);
  }
}
