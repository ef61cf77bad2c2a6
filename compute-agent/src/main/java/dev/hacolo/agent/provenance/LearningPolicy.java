package dev.hacolo.agent.provenance;

/**
 * How much learning may cost.
 *
 * @param cpuShare share of one CPU that the background search of all VMs may take, 0.001 to 1
 * @param indexBytes bytes of content that the index of a VM holds, each place counted, 64 KiB to 64
 *     GiB
 * @param indexBodies bodies in the index of a VM, 16 to 1,000,000
 * @param minBody shortest body that is learnt, in bytes, 64 to 65,536
 * @param maxBody longest body that is learnt, in bytes, {@code minBody} to 1 MiB
 * @param minEntropyBits least entropy of a body: of order 0, that is of the frequencies of its
 *     bytes, in bits per byte, 0 to 8
 * @param queueBytes bytes of bodies of a VM that wait for the search or are searched for, {@code
 *     maxBody} to 1 GiB
 * @param retryNanos how long a body that was not found is not searched for again, 0 to 1 h
 * @param digestNanos time for the digests at a checkpoint, 100 µs to 1 s
 */
public record LearningPolicy(
    double cpuShare,
    long indexBytes,
    int indexBodies,
    int minBody,
    int maxBody,
    double minEntropyBits,
    int queueBytes,
    long retryNanos,
    long digestNanos) {
  private static final long MILLISECOND = 1_000_000;
  private static final long MINUTE = 60_000 * MILLISECOND;

  /**
   * Defaults: 5 % of a CPU; 64 MiB and 65,536 bodies; 64 bytes to 1 MiB with 2 bits per byte; 4 MiB
   * waiting; 1 min; 5 ms.
   */
  public static final LearningPolicy DEFAULT =
      new LearningPolicy(0.05, 64L << 20, 65_536, 64, 1 << 20, 2, 4 << 20, MINUTE, 5 * MILLISECOND);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LearningPolicy {
    check(cpuShare >= 0.001 && cpuShare <= 1, "cpuShare", cpuShare);
    check(indexBytes >= 64 << 10 && indexBytes <= 64L << 30, "indexBytes", indexBytes);
    check(indexBodies >= 16 && indexBodies <= 1_000_000, "indexBodies", indexBodies);
    check(minBody >= 64 && minBody <= 65_536, "minBody", minBody);
    check(maxBody >= minBody && maxBody <= 1 << 20, "maxBody", maxBody);
    check(minEntropyBits >= 0 && minEntropyBits <= 8, "minEntropyBits", minEntropyBits);
    check(queueBytes >= maxBody && queueBytes <= 1 << 30, "queueBytes", queueBytes);
    check(retryNanos >= 0 && retryNanos <= 60 * MINUTE, "retryNanos", retryNanos);
    boolean digest = digestNanos >= MILLISECOND / 10 && digestNanos <= 1000 * MILLISECOND;
    check(digest, "digestNanos", digestNanos);
  }

  private static void check(boolean good, String name, Number value) {
    if (!good) {
      throw new IllegalArgumentException("%s = %s is out of range".formatted(name, value));
    }
  }

  /** The same with another share of a CPU. */
  public LearningPolicy withCpuShare(double share) {
    return new LearningPolicy(
        share,
        indexBytes,
        indexBodies,
        minBody,
        maxBody,
        minEntropyBits,
        queueBytes,
        retryNanos,
        digestNanos);
  }

  /** The same with other bounds of the index. */
  public LearningPolicy withIndex(long bytes, int bodies) {
    return new LearningPolicy(
        cpuShare,
        bytes,
        bodies,
        minBody,
        maxBody,
        minEntropyBits,
        queueBytes,
        retryNanos,
        digestNanos);
  }
}
