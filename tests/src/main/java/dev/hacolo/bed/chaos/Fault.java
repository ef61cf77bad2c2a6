package dev.hacolo.bed.chaos;

/** What can go wrong. A fault begins and, some time later, ends. */
enum Fault {
  /** SIGKILL; at the end nothing has to be done. */
  PRIMARY_QEMU_KILLED(true, true),
  SECONDARY_QEMU_KILLED(true, true),
  /** QEMU and agent; at the end the agent is started again. */
  PRIMARY_NODE_KILLED(true, true),
  SECONDARY_NODE_KILLED(true, true),
  PRIMARY_AGENT_KILLED(true, false),
  SECONDARY_AGENT_KILLED(true, false),
  /** SIGSTOP, and SIGCONT at the end. */
  PRIMARY_AGENT_PAUSED(true, false),
  SECONDARY_AGENT_PAUSED(true, false),
  /** The nodes do not hear each other; both reach the service. */
  NODES_CUT(true, false),
  /** A node hears neither the other one nor the service. */
  PRIMARY_ISOLATED(true, false),
  SECONDARY_ISOLATED(true, false),
  /** What the primary's node sends to the other one is lost; what comes from there arrives. */
  PRIMARY_UNHEARD(true, false),
  SECONDARY_UNHEARD(true, false),
  /** The link of the primary's node carries all frames late, not all frames, or few at a time. */
  LINK_DELAYED(true, false),
  LINK_LOSSY(true, false),
  LINK_SLOW(true, false),
  /** SIGSTOP, and SIGCONT at the end. */
  PRIMARY_QEMU_PAUSED(true, false),
  SECONDARY_QEMU_PAUSED(true, false),
  /** Orders of an operator; a suspension and a drain are taken back at the end. */
  SWITCH_OVER_ORDERED(true, false),
  FAILOVER_ORDERED(true, false),
  SUSPENSION_ORDERED(true, false),
  PRIMARY_DRAINED(true, false),
  SECONDARY_DRAINED(true, false),
  /** One active vCPU, and the flavor's number at the end. */
  VCPUS_CHANGED(false, false),
  /** SIGKILL; started again at the end. */
  SERVICE_KILLED(false, false),
  SERVICE_PAUSED(false, false),
  /** The other replica of the service; both may be away at the same time. */
  OTHER_SERVICE_KILLED(false, false),
  OTHER_SERVICE_PAUSED(false, false),
  BROKER_KILLED(false, false),
  DATABASE_KILLED(false, false),
  /** What a node sends to the service is lost. */
  PRIMARY_CUT_FROM_SERVICE(false, false),
  SECONDARY_CUT_FROM_SERVICE(false, false);

  private final boolean costsCopy;
  private final boolean endsGeneration;

  Fault(boolean costsCopy, boolean endsGeneration) {
    this.costsCopy = costsCopy;
    this.endsGeneration = endsGeneration;
  }

  /** Whether it may cost one of the two copies: two of this kind at once may cost the guest. */
  boolean costsCopy() {
    return costsCopy;
  }

  /** Whether a copy has certainly gone, so that the next protection is a new generation. */
  boolean endsGeneration() {
    return endsGeneration;
  }
}
