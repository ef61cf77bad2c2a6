package dev.hacolo.agent.domain;

/**
 * Tells completed checkpoints from the STOP and RESUME events of a QEMU in state COLO.
 *
 * <p>QEMU stops and resumes the VM for each checkpoint (migration/colo.c, {@code
 * colo_do_checkpoint_transaction}); entering COLO itself ends with one RESUME that is not a
 * checkpoint. So a checkpoint is a STOP that was seen in COLO, followed by a RESUME. Not
 * thread-safe.
 */
public final class CheckpointTracker {
  private boolean inColo;
  private boolean ready;
  private boolean stopped;
  private long completed;
  private long stoppedAtNanos;
  private long lastPauseNanos;

  /** The migration's status became {@code colo}. */
  public void enteredColo() {
    inColo = true;
    ready = false;
    stopped = false;
  }

  /**
   * A secondary is told to take over. QEMU finishes the loading of a state that has begun before it
   * does so (migration/colo.c, {@code FAILOVER_STATUS_RELAUNCH}): then one more RESUME ends a
   * checkpoint. It comes before the migration is {@code completed}, as the RESUME of the taking
   * over itself comes after.
   */
  public void takingOver() {
    if (!stopped) {
      leftColo();
    }
  }

  /** COLO has ended; what follows is no checkpoint. */
  public void leftColo() {
    inColo = false;
    ready = false;
    stopped = false;
  }

  /**
   * Whether checkpoints can be asked for: COLO has been entered and the VM runs in it. Before that
   * QEMU dies of it: its status is {@code colo} some time before the timer exists that a request
   * sets (migration/colo.c, {@code migrate_start_colo_process}).
   */
  public boolean isReady() {
    return inColo && ready;
  }

  /** The VM stopped at {@code nanos} (any monotonic clock); true if that may be a checkpoint. */
  public boolean stop(long nanos) {
    if (inColo) {
      stopped = true;
      stoppedAtNanos = nanos;
    }
    return inColo;
  }

  /** The last stop was somebody else's, a pause for example. */
  public void notACheckpoint() {
    stopped = false;
  }

  /** The VM resumed at {@code nanos}; true if that ended a checkpoint. */
  public boolean resume(long nanos) {
    if (!inColo) {
      return false;
    }
    if (!stopped) {
      ready = true;
      return false;
    }
    stopped = false;
    completed++;
    lastPauseNanos = nanos - stoppedAtNanos;
    return true;
  }

  /** Checkpoints completed since this tracker was made. */
  public long completed() {
    return completed;
  }

  /** How long the VM was stopped in the last completed checkpoint, in nanoseconds. */
  public long lastPauseNanos() {
    return lastPauseNanos;
  }
}
