package dev.hacolo.agent.allocation;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What confines vCPU threads.
 *
 * @param cpus host CPUs that each thread may use; empty for all that the rest of its process may
 *     use
 * @param quotaPercent CPU time that the threads may use together, in percent of one CPU; 0 without
 *     a quota
 * @param tokens how many of the threads may be in the guest at a time; 0 for all
 */
public record Limit(SortedSet<Integer> cpus, int quotaPercent, int tokens) {
  /** No limit at all. */
  public static final Limit NONE = new Limit(Collections.emptySortedSet(), 0, 0);

  /** Copies the set. */
  public Limit {
    cpus = Collections.unmodifiableSortedSet(new TreeSet<>(cpus));
  }

  /** Some CPUs for the threads. */
  public static Limit toCpus(SortedSet<Integer> cpus) {
    return new Limit(cpus, 0, 0);
  }

  /** CPU time for all threads together, in percent of one CPU, above 0. */
  public static Limit toQuota(int percent) {
    return new Limit(Collections.emptySortedSet(), percent, 0);
  }

  /** So many of the threads at a time, above 0. */
  public static Limit toTokens(int tokens) {
    return new Limit(Collections.emptySortedSet(), 0, tokens);
  }

  /** Whether nothing is limited. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** How many CPUs' worth of time this leaves, rounded up; 1 where it does not say. */
  int worth() {
    return quotaPercent > 0 ? (quotaPercent + 99) / 100 : Math.max(1, cpus.size());
  }

  /** For a sentence, after "may use". */
  @Override
  public String toString() {
    if (isNone()) {
      return "everything";
    }
    String where = cpus.isEmpty() ? "" : "CPUs " + CpuList.format(cpus);
    String time = quotaPercent == 0 ? "" : " %d %% of a CPU".formatted(quotaPercent);
    String gate = tokens == 0 ? "" : " %d run tokens".formatted(tokens);
    return (where + time + gate).strip();
  }
}
