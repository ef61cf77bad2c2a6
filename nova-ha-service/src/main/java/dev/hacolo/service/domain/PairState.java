package dev.hacolo.service.domain;

/** Where a pair is in its life. */
public enum PairState {
  /** Wanted, not started: waits for a host, the primary's agent or the end of a back-off. */
  REQUESTED,
  /** A host is chosen; resources are being reserved and ports bound there. */
  PAIRING,
  /** Both agents copy disk and RAM. */
  SYNCING,
  /** A checkpoint has completed: either side could go on alone. */
  PROTECTED,
  /** It is decided that the secondary goes on alone; it is not serving yet. */
  FAILING_OVER,
  /** It is decided that the primary goes on alone; it has not left COLO yet. */
  DEGRADED,
  /** One copy serves; a new secondary is looked for. */
  SOLO,
  /** An operator suspended the protection: one copy serves, no new secondary is looked for. */
  SUSPENDED,
  /** Over: the instance is gone, left the flavor, or an operator ended its protection. */
  RELEASED;

  /** Whether it is decided that the primary host's copy is the only one. */
  public boolean hasSoleCopy() {
    return this == FAILING_OVER || this == DEGRADED || this == SOLO || this == SUSPENDED;
  }
}
