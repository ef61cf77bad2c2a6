package dev.hacolo.common.api;

/**
 * Policy of a pair that reaches the agents.
 *
 * @param proxy engine that compares outputs: {@code qemu} (stock colo-compare)
 * @param maxCheckpointIntervalMs longest time between two checkpoints, 100 to 600000
 */
public record SessionPolicy(String proxy, int maxCheckpointIntervalMs) {
  /** Stock engine, a checkpoint at least every 10 s. */
  public static final SessionPolicy DEFAULT = new SessionPolicy("qemu", 10_000);

  /** Checks every field. */
  public SessionPolicy {
    if (!"qemu".equals(proxy)) {
      throw new IllegalArgumentException("policy.proxy is '%s': allowed is qemu".formatted(proxy));
    }
    Checks.range(maxCheckpointIntervalMs, 100, 600_000, "policy.max_checkpoint_interval_ms");
  }
}
