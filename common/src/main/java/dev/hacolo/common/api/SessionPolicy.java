package dev.hacolo.common.api;

import java.util.Set;

/**
 * Policy of a pair that reaches the agents.
 *
 * @param proxy engine that compares outputs: {@code ha-colo} (the agents' own proxies) or {@code
 *     qemu} (stock colo-compare)
 * @param release when an output of the primary may leave: {@code compare} (found equal, or part of
 *     a checkpoint) or {@code all} (at once: unsafe, refused by agents that are not set up for
 *     benchmarks); without meaning for {@code qemu}
 * @param maxCheckpointIntervalMs longest time between two checkpoints, 100 to 600000
 * @param maxHoldMs age of a held output at which a checkpoint is due, 1 to 60000; without meaning
 *     for {@code qemu}
 */
public record SessionPolicy(
    String proxy, String release, int maxCheckpointIntervalMs, int maxHoldMs) {
  /** The agents' own proxies. */
  public static final String HA_COLO = "ha-colo";

  /** QEMU's own comparison. */
  public static final String QEMU = "qemu";

  /** Only what was compared or is part of a checkpoint leaves. */
  public static final String RELEASE_COMPARED = "compare";

  /** Everything leaves at once. */
  public static final String RELEASE_ALL = "all";

  /** Own engine, everything compared, a checkpoint at least every 10 s. */
  public static final SessionPolicy DEFAULT =
      new SessionPolicy(HA_COLO, RELEASE_COMPARED, 10_000, 500);

  /** Checks every field. */
  public SessionPolicy {
    Checks.oneOf(proxy, Set.of(HA_COLO, QEMU), "policy.proxy");
    Checks.oneOf(release, Set.of(RELEASE_COMPARED, RELEASE_ALL), "policy.release");
    Checks.range(maxCheckpointIntervalMs, 100, 600_000, "policy.max_checkpoint_interval_ms");
    Checks.range(maxHoldMs, 1, 60_000, "policy.max_hold_ms");
  }

  /** The same with another longest time between two checkpoints. */
  public SessionPolicy withMaxCheckpointIntervalMs(int millis) {
    return new SessionPolicy(proxy, release, millis, maxHoldMs);
  }
}
