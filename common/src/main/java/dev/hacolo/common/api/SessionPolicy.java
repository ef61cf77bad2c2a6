package dev.hacolo.common.api;

import java.util.Set;

/**
 * Policy of a pair that reaches the agents.
 *
 * @param proxy engine that compares outputs: {@code ha-colo} (the agents' own proxies) or {@code
 *     qemu} (stock colo-compare)
 * @param release when an output of the primary may leave: {@code compare} (found equal, or part of
 *     a checkpoint), {@code strict} and {@code provenance} (the same, and what originates from
 *     synchronised state) or {@code all} (at once: unsafe, refused by agents that are not set up
 *     for benchmarks); without meaning for {@code qemu}
 * @param maxCheckpointIntervalMs longest time between two checkpoints, 100 to 600000
 * @param maxHoldMs age of a held output at which a checkpoint is due, 1 to 60000; without meaning
 *     for {@code qemu}
 * @param maxPausePercent share of the time that checkpoints may pause the guest as long as no
 *     output gets older than that, 1 to 90; without meaning for {@code qemu}
 * @param secondaryVcpus how many of its vCPUs the secondary may run at a time, 1 to 1024; {@link
 *     #ALL_VCPUS} for all of them. The one thing of a policy that may change in a generation
 */
public record SessionPolicy(
    String proxy,
    String release,
    int maxCheckpointIntervalMs,
    int maxHoldMs,
    int maxPausePercent,
    int secondaryVcpus) {
  /** The agents' own proxies. */
  public static final String HA_COLO = "ha-colo";

  /** QEMU's own comparison. */
  public static final String QEMU = "qemu";

  /** Only what was compared or is part of a checkpoint leaves. */
  public static final String RELEASE_COMPARED = "compare";

  /** Also what answers a declared service's read from synchronised state leaves. */
  public static final String RELEASE_STRICT = "strict";

  /** Also whatever originates from synchronised state leaves. */
  public static final String RELEASE_PROVENANCE = "provenance";

  /** Everything leaves at once. */
  public static final String RELEASE_ALL = "all";

  /** The secondary is not confined. */
  public static final int ALL_VCPUS = 0;

  private static final Set<String> RELEASES =
      Set.of(RELEASE_COMPARED, RELEASE_STRICT, RELEASE_PROVENANCE, RELEASE_ALL);

  /** Own engine, strict release, a checkpoint at least every 10 s, paused for a fifth. */
  public static final SessionPolicy DEFAULT =
      new SessionPolicy(HA_COLO, RELEASE_STRICT, 10_000, 500, 20, ALL_VCPUS);

  /** Checks every field. */
  public SessionPolicy {
    Checks.oneOf(proxy, Set.of(HA_COLO, QEMU), "policy.proxy");
    Checks.oneOf(release, RELEASES, "policy.release");
    Checks.range(maxCheckpointIntervalMs, 100, 600_000, "policy.max_checkpoint_interval_ms");
    Checks.range(maxHoldMs, 1, 60_000, "policy.max_hold_ms");
    Checks.range(maxPausePercent, 1, 90, "policy.max_pause_percent");
    Checks.range(secondaryVcpus, ALL_VCPUS, 1024, "policy.secondary_vcpus");
  }

  /** The same with another longest time between two checkpoints. */
  public SessionPolicy withMaxCheckpointIntervalMs(int millis) {
    return new SessionPolicy(proxy, release, millis, maxHoldMs, maxPausePercent, secondaryVcpus);
  }

  /** The same with another number of vCPUs that the secondary may run at a time. */
  public SessionPolicy withSecondaryVcpus(int vcpus) {
    return new SessionPolicy(
        proxy, release, maxCheckpointIntervalMs, maxHoldMs, maxPausePercent, vcpus);
  }
}
