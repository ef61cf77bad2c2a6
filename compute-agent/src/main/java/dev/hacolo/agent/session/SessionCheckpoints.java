package dev.hacolo.agent.session;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.checkpoint.CheckpointRecord;
import dev.hacolo.agent.checkpoint.CheckpointTally;
import dev.hacolo.agent.metrics.CheckpointMetrics;
import dev.hacolo.common.api.CheckpointSummary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps account of the checkpoints that a session's VM takes as a primary. The last generation's
 * account outlives its end. Event-loop confined.
 */
final class SessionCheckpoints implements CheckpointObserver {
  private static final Logger LOG = LoggerFactory.getLogger(SessionCheckpoints.class);

  private final CheckpointMetrics metrics;
  private long generation = 1;
  private @Nullable CheckpointTally tally;

  SessionCheckpoints(CheckpointMetrics metrics) {
    this.metrics = metrics;
  }

  /** Which generation the next beginning belongs to. */
  void generation(long value) {
    generation = value;
  }

  @Override
  public void begun(long now) {
    tally = new CheckpointTally(generation, now);
  }

  @Override
  public void taken(CheckpointRecord checkpoint, long now) {
    LOG.debug("{}", checkpoint);
    metrics.taken(this, checkpoint, now);
    if (tally != null) {
      tally.taken(checkpoint);
    }
  }

  @Override
  public void ended(long now) {
    metrics.ended(this);
    if (tally != null) {
      tally.end(now);
      tally.renew(now);
    }
  }

  /** The session has changed: what is shown shall be up to date. */
  void renew(long now) {
    if (tally != null) {
      tally.renew(now);
    }
  }

  /** How long the checkpoints so far have stopped the guest, in nanoseconds. */
  long pauseNanos() {
    return tally == null ? 0 : tally.pauseNanos();
  }

  /** What the service is told; null where there was no checkpoint. */
  @Nullable CheckpointSummary summary(long now) {
    return tally == null ? null : tally.summary(now);
  }
}
