package dev.hacolo.service.domain;

/**
 * What a flavor asks for, DESIGN section 4.
 *
 * @param secondaryVcpus active vCPUs of the secondary, 1 to the flavor's vCPUs; those to begin with
 *     where they are found automatically
 * @param automaticVcpus whether the service looks for the smallest number that will do
 * @param maxWaitingPercent share of the outputs that may have to wait for the secondary before it
 *     is given one more vCPU automatically
 * @param release condition under which outputs leave early
 * @param maxHoldMs longest time that an output may wait for its comparison
 * @param maxCheckpointIntervalMs longest time between two checkpoints
 * @param maxPausePercent share of time that checkpoints may pause the guest
 */
public record FlavorSpec(
    int secondaryVcpus,
    boolean automaticVcpus,
    int maxWaitingPercent,
    Release release,
    int maxHoldMs,
    int maxCheckpointIntervalMs,
    int maxPausePercent) {
  /** {@code true} asks for protection. */
  public static final String ENABLED = "ha_colo:enabled";

  static final String SECONDARY_VCPUS = "ha_colo:secondary_vcpus";
  static final String MAX_WAITING_PERCENT = "ha_colo:max_waiting_percent";
  static final String RELEASE = "ha_colo:release";
  static final String MAX_HOLD_MS = "ha_colo:max_hold_ms";
  static final String MAX_CHECKPOINT_INTERVAL_MS = "ha_colo:max_checkpoint_interval_ms";
  static final String MAX_PAUSE_PERCENT = "ha_colo:max_pause_percent";

  /** Conditions of an early release. */
  public enum Release {
    /** Plain COLO: nothing leaves before it was compared. */
    COMPARE,
    /** Provenance, for answers to reads of declared services only. */
    STRICT,
    /** Provenance, whatever the service. */
    PROVENANCE
  }
}
