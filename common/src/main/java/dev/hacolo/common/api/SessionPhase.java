package dev.hacolo.common.api;

/** How far an agent's session has come. */
public enum SessionPhase {
  /** Secondary: QEMU is being started and its exports opened. */
  PREPARING,
  /** Secondary: waiting for the primary; {@link SessionReport#endpoints()} is present. */
  READY,
  /** Primary: chardevs, filters and disk nodes are being attached. */
  ATTACHING,
  /** Primary: the disks are being mirrored. */
  MIRRORING,
  /** Primary: RAM is being sent. */
  MIGRATING,
  /** Primary: COLO is on, the first checkpoint is not over yet. */
  FIRST_CHECKPOINT,
  /** Both: a checkpoint has completed; the secondary could take over. */
  PROTECTED,
  /** Secondary: the order to take over is being carried out. */
  PROMOTING,
  /**
   * What was made is being taken away: COLO off a primary's guest, or this host's VM as a whole.
   */
  DETACHING,
  /** The only copy runs and serves. */
  SOLO,
  /** The last order could not be carried out; what it did is undone; the reason says why. */
  FAILED,
  /** This host's VM of the pair has ended. */
  GONE;

  /** True while the session works towards {@link #PROTECTED}. */
  public boolean isSyncing() {
    return switch (this) {
      case PREPARING, READY, ATTACHING, MIRRORING, MIGRATING, FIRST_CHECKPOINT -> true;
      case PROTECTED, PROMOTING, DETACHING, SOLO, FAILED, GONE -> false;
    };
  }
}
