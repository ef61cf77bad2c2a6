package dev.hacolo.bed.oracle;

import dev.hacolo.bed.oracle.load.Workload;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.SessionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an oracle shall do.
 *
 * @param kills how often a primary is killed, 1 to 10000
 * @param policy policy of the pair
 * @param seed of all random choices
 * @param earliestMs earliest moment of a kill after the guest is protected, in ms
 * @param latestMs latest moment, in ms
 * @param steps steps of the protocols at which kills are placed, in turn; none: at any moment
 * @param workload what clients do
 * @param losses what becomes of the primaries, in turn
 */
record OracleOptions(
    int kills,
    SessionPolicy policy,
    long seed,
    int earliestMs,
    int latestMs,
    List<ProtocolStep> steps,
    Workload workload,
    List<Loss> losses) {
  /** All steps instead of a list of them. */
  private static final String ALL_STEPS = "all";

  private static final int MOST_KILLS = 10_000;
  private static final int LATEST_MS = 60_000;

  /** Whether the secondary may not run all its vCPUs. */
  boolean isConfined() {
    return policy.secondaryVcpus() != SessionPolicy.ALL_VCPUS
        && policy.secondaryVcpus() < OracleGuest.VCPUS;
  }

  /**
   * Reads options.
   *
   * @param moments earliest and latest moment in ms, joined by a dash
   * @param steps names of steps, separated by commas, or "all", or nothing
   * @param workload name of a workload
   * @param losses names of losses, separated by commas
   * @throws BedException with one sentence if something is not allowed
   */
  static OracleOptions parse(
      int kills,
      String release,
      long seed,
      String moments,
      int secondaryVcpus,
      String steps,
      String workload,
      String losses) {
    if (kills < 1 || kills > MOST_KILLS) {
      throw new BedException("--kills is %d: allowed is 1 to %d".formatted(kills, MOST_KILLS));
    }
    if (secondaryVcpus < 0 || secondaryVcpus > OracleGuest.VCPUS) {
      throw new BedException(
          "--secondary-vcpus is %d: allowed is 1 to %d, or 0 for all"
              .formatted(secondaryVcpus, OracleGuest.VCPUS));
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
    return new OracleOptions(
        kills,
        policy(release, secondaryVcpus),
        seed,
        earliest,
        latest,
        steps(steps),
        workload(workload),
        Arrays.stream(losses.split(",", -1)).map(OracleOptions::loss).toList());
  }

  private static Workload workload(String name) {
    return Arrays.stream(Workload.values())
        .filter(w -> w.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () -> new BedException("--workload is '%s': allowed are usual, queue".formatted(name)));
  }

  private static Loss loss(String name) {
    return Arrays.stream(Loss.values())
        .filter(loss -> name(loss).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BedException(
                    "--losses has '%s': allowed are %s".formatted(name, names(Loss.values()))));
  }

  private static List<ProtocolStep> steps(String names) {
    if (names.isEmpty()) {
      return List.of();
    }
    if (names.equals(ALL_STEPS)) {
      return List.of(ProtocolStep.values());
    }
    return Arrays.stream(names.split(",", -1)).map(OracleOptions::step).toList();
  }

  private static ProtocolStep step(String name) {
    return Arrays.stream(ProtocolStep.values())
        .filter(step -> name(step).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BedException(
                    "--at is '%s': allowed are %s and %s"
                        .formatted(name, ALL_STEPS, names(ProtocolStep.values()))));
  }

  private static String names(Enum<?>[] values) {
    return Arrays.stream(values).map(OracleOptions::name).collect(Collectors.joining(", "));
  }

  /** What a step or a loss is called on the command line. */
  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
