package dev.hacolo.bed.oracle;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.SessionPolicy;

/**
 * What an oracle shall do.
 *
 * @param kills how often a primary is killed, 1 to 10000
 * @param policy policy of the pair
 * @param seed of all random choices
 * @param earliestMs earliest moment of a kill after the guest is protected, in ms
 * @param latestMs latest moment, in ms
 */
record OracleOptions(int kills, SessionPolicy policy, long seed, int earliestMs, int latestMs) {
  private static final int MOST_KILLS = 10_000;
  private static final int LATEST_MS = 60_000;

  /** Whether the secondary may not run all its vCPUs. */
  boolean isConfined() {
    return policy.secondaryVcpus() != SessionPolicy.ALL_VCPUS
        && policy.secondaryVcpus() < KillLoop.VCPUS;
  }

  /**
   * Reads options.
   *
   * @param moments earliest and latest moment in ms, joined by a dash
   * @throws BedException with one sentence if something is not allowed
   */
  static OracleOptions parse(
      int kills, String release, long seed, String moments, int secondaryVcpus) {
    if (kills < 1 || kills > MOST_KILLS) {
      throw new BedException("--kills is %d: allowed is 1 to %d".formatted(kills, MOST_KILLS));
    }
    if (secondaryVcpus < 0 || secondaryVcpus > KillLoop.VCPUS) {
      throw new BedException(
          "--secondary-vcpus is %d: allowed is 1 to %d, or 0 for all"
              .formatted(secondaryVcpus, KillLoop.VCPUS));
    }
    if (!moments.matches("[0-9]{1,5}-[0-9]{1,5}")) {
      throw new BedException(
          "--moments is '%s': allowed are two numbers of ms, as 200-2000".formatted(moments));
    }
    int dash = moments.indexOf('-');
    int earliest = Integer.parseInt(moments.substring(0, dash));
    int latest = Integer.parseInt(moments.substring(dash + 1));
    if (earliest >= latest || latest > LATEST_MS) {
      throw new BedException(
          "--moments is '%s': allowed are an earlier and a later one, at most %d ms"
              .formatted(moments, LATEST_MS));
    }
    return new OracleOptions(kills, policy(release, secondaryVcpus), seed, earliest, latest);
  }

  private static SessionPolicy policy(String release, int secondaryVcpus) {
    try {
      return new SessionPolicy(
          SessionPolicy.HA_COLO,
          release,
          SessionPolicy.DEFAULT.maxCheckpointIntervalMs(),
          SessionPolicy.DEFAULT.maxHoldMs(),
          SessionPolicy.DEFAULT.maxPausePercent(),
          secondaryVcpus);
    } catch (IllegalArgumentException e) {
      throw new BedException("--release is '%s': %s".formatted(release, e.getMessage()), e);
    }
  }
}
