package dev.hacolo.common.api;

/** What the service wants an agent's part of a pair to be; the agent works towards it. */
public enum SessionTarget {
  /** Run the secondary VM: prepare it, follow the primary, stay ready to be promoted. */
  SECONDARY,
  /** Replicate the running guest to the peer's prepared secondary. */
  PRIMARY,
  /** Be the only copy: a primary detaches from COLO, a secondary is promoted. */
  SOLO,
  /**
   * No session: a secondary VM is destroyed with its disks, a primary's guest runs on as it was. A
   * VM that was stood down is destroyed, whatever its role was.
   */
  ABSENT,
  /**
   * This copy lost: kill its VM, never resume it, and remove what the session made. The service
   * says that the winner serves by ordering {@link #ABSENT} next.
   */
  STAND_DOWN
}
