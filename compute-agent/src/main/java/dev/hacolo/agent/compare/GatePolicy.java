package dev.hacolo.agent.compare;

/**
 * How long and how much the gate may hold.
 *
 * @param release when outputs leave
 * @param maxHoldNanos age at which a frame that waits for its verdict makes a checkpoint due, 1 ms
 *     to 60 s
 * @param softFrames held frames above which a checkpoint is due, at least 1
 * @param hardFrames held frames at which a new frame is dropped, at least {@code softFrames}
 * @param softBytes held bytes above which a checkpoint is due, at least 1 MiB
 * @param hardBytes held bytes above which a new frame is dropped, at least {@code softBytes}
 * @param maxFlows connections that are known at once, at least 16
 * @param closedNanos how long a closed connection is remembered, 1 s to 1 h
 */
public record GatePolicy(
    Release release,
    long maxHoldNanos,
    int softFrames,
    int hardFrames,
    long softBytes,
    long hardBytes,
    int maxFlows,
    long closedNanos) {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1000 * MILLISECOND;
  private static final long MIB = 1 << 20;

  /** When outputs leave. */
  public enum Release {
    /** When B has the inputs, and has found the output equal or has loaded a state that made it. */
    COMPARE,
    /**
     * As {@link #COMPARE}; or when B has the record, and the output answers a read, declared as
     * one, with content of the state that both VMs have.
     */
    STRICT,
    /**
     * As {@link #COMPARE}; or when B has the record, and the content is of the state that both VMs
     * have, whatever it answers. What that cannot exclude: docs/consistency.md.
     */
    PROVENANCE,
    /**
     * At once; records are sent and verdicts counted all the same. No protection: for measurements
     * only.
     */
    ALL
  }

  /** Defaults: 1 s; 16,384 and 65,536 frames; 64 and 256 MiB; 100,000 connections; 60 s. */
  public static final GatePolicy DEFAULT =
      new GatePolicy(
          Release.COMPARE, SECOND, 16_384, 65_536, 64 * MIB, 256 * MIB, 100_000, 60 * SECOND);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public GatePolicy {
    check(maxHoldNanos >= MILLISECOND && maxHoldNanos <= 60 * SECOND, "maxHoldNanos", maxHoldNanos);
    check(softFrames >= 1, "softFrames", softFrames);
    check(hardFrames >= softFrames, "hardFrames", hardFrames);
    check(softBytes >= MIB, "softBytes", softBytes);
    check(hardBytes >= softBytes, "hardBytes", hardBytes);
    check(maxFlows >= 16, "maxFlows", maxFlows);
    check(closedNanos >= SECOND && closedNanos <= 3600 * SECOND, "closedNanos", closedNanos);
  }

  private static void check(boolean good, String name, long value) {
    if (!good) {
      throw new IllegalArgumentException("%s = %d is out of range".formatted(name, value));
    }
  }

  /** Whether some outputs leave before the secondary VM has made them. */
  public boolean preReleases() {
    return release == Release.STRICT || release == Release.PROVENANCE;
  }

  /** The same with another release. */
  public GatePolicy withRelease(Release other) {
    return new GatePolicy(
        other, maxHoldNanos, softFrames, hardFrames, softBytes, hardBytes, maxFlows, closedNanos);
  }

  /** The same with another longest hold. */
  public GatePolicy withMaxHold(long nanos) {
    return new GatePolicy(
        release, nanos, softFrames, hardFrames, softBytes, hardBytes, maxFlows, closedNanos);
  }

  /**
   * The same, but holding no more than an eighth of a heap of so many bytes, and with a checkpoint
   * due at half of that at the latest; 1 MiB at least.
   */
  public GatePolicy within(long heapBytes) {
    long hard = Math.max(MIB, Math.min(hardBytes, heapBytes / 8));
    long soft = Math.max(MIB, Math.min(softBytes, hard / 2));
    return new GatePolicy(
        release, maxHoldNanos, softFrames, hardFrames, soft, hard, maxFlows, closedNanos);
  }
}
