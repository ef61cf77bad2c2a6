package dev.hacolo.service.domain;

/** What moves a pair, as it is written into its history. */
public enum PairEvent {
  /** The server was seen for the first time with a flavor that asks for protection. */
  REQUESTED,
  /** A host for the secondary was chosen. */
  HOST_CHOSEN,
  /** The secondary's resources are reserved and its ports bound. */
  RESOURCES_READY,
  /** Pairing or syncing failed; the guest was never protected and runs on as it was. */
  ABANDONED,
  /** Pairing or syncing failed; the guest runs on as the only copy that it was before. */
  ABANDONED_TO_SOLO,
  /** Both agents report a completed checkpoint. */
  PROTECTED,
  /** The primary is lost or gave up: the secondary goes on alone. */
  PRIMARY_LOST,
  /** The secondary is lost or gave up: the primary goes on alone. */
  SECONDARY_LOST,
  /** An operator ordered the secondary to take over. */
  FAILOVER_ORDERED,
  /** An order of an operator takes the secondary away: the primary goes on alone. */
  SECONDARY_DROPPED,
  /** The only copy serves. */
  SERVING_ALONE,
  /** The pair shall end; the reason says who wants it. */
  RELEASE_REQUESTED,
  /** Everything on the hosts that answer is undone. */
  RELEASED,
  /** The checkpoints of a protection so far; the last such row of the generation is replaced. */
  CHECKPOINTS,
  /** The secondary may run another number of vCPUs. */
  SECONDARY_VCPUS,
  /** An operator ordered that the pair leaves COLO. */
  SUSPEND_ORDERED,
  /** It has left COLO, and stays so. */
  SUSPENDED,
  /** An operator ordered that the pair is protected again; it never was before. */
  RESUMED,
  /** An operator ordered that the pair is protected again. */
  RESUMED_TO_SOLO,
  /** Another host for the secondary was ordered. */
  MOVE_ORDERED,
  /** A switch-over was ordered; the primary's agent is asked next. */
  SWITCH_OVER_ORDERED,
  /** The roles have changed as ordered. */
  SWITCHED_OVER,
  /** The roles have not changed as ordered. */
  SWITCH_OVER_FAILED,
  /** An operator ordered a test failover; the primary's agent is asked next. */
  TEST_FAILOVER_ORDERED,
  /** The secondary has served, and the instance is back where it was. */
  TEST_FAILOVER_PASSED,
  /** The test failover has ended otherwise; the reason says how. */
  TEST_FAILOVER_FAILED,
  /** The fencing command says that a host which lost without a word is out of action. */
  FENCED,
  /** It says that it is not, or has not ended in time. */
  FENCING_FAILED,
  /** Something worth knowing that moves nothing: a new reason for waiting, a change in Nova. */
  NOTED
}
