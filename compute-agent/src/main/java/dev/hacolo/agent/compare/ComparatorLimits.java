package dev.hacolo.agent.compare;

/**
 * How much the comparator may keep. Past a soft bound a checkpoint is due; at a hard bound the
 * newest is dropped, which leaves some record unanswered and so costs a checkpoint.
 *
 * @param softBytes bytes of the secondary VM's output, at least 1 MiB
 * @param hardBytes bytes of the secondary VM's output, at least {@code softBytes}
 * @param softRecords records that wait, at least 16
 * @param hardRecords records that wait, at least {@code softRecords}
 * @param softDatagrams datagrams of the secondary VM without a record, at least 16
 * @param hardDatagrams datagrams of the secondary VM without a record, at least {@code
 *     softDatagrams}
 * @param maxFlows connections of an epoch, at least 16
 */
public record ComparatorLimits(
    long softBytes,
    long hardBytes,
    int softRecords,
    int hardRecords,
    int softDatagrams,
    int hardDatagrams,
    int maxFlows) {
  private static final long MIB = 1 << 20;

  /** Defaults: 64 and 256 MiB; 32,768 and 131,072 records and datagrams; 100,000 connections. */
  public static final ComparatorLimits DEFAULT =
      new ComparatorLimits(64 * MIB, 256 * MIB, 32_768, 131_072, 32_768, 131_072, 100_000);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public ComparatorLimits {
    check(softBytes >= MIB, "softBytes", softBytes);
    check(hardBytes >= softBytes, "hardBytes", hardBytes);
    check(softRecords >= 16, "softRecords", softRecords);
    check(hardRecords >= softRecords, "hardRecords", hardRecords);
    check(softDatagrams >= 16, "softDatagrams", softDatagrams);
    check(hardDatagrams >= softDatagrams, "hardDatagrams", hardDatagrams);
    check(maxFlows >= 16, "maxFlows", maxFlows);
  }

  private static void check(boolean good, String name, long value) {
    if (!good) {
      throw new IllegalArgumentException("%s = %d is out of range".formatted(name, value));
    }
  }
}
