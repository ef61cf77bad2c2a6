package dev.hacolo.agent.allocation;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the vCPU threads of one VM may use together.
 *
 * @param vcpus vCPUs of the guest
 * @param active how many of them may run at a time, 1 to {@code vcpus}
 * @param cpus host CPUs that they may use; never empty, all that the VM has if it is not confined
 *     to fewer
 * @param quotaPercent CPU time in percent of one host CPU; 0 without a quota
 * @param reason one sentence: why these CPUs or this quota
 */
public record CpuLimit(
    int vcpus, int active, SortedSet<Integer> cpus, int quotaPercent, String reason) {
  /** Copies the set. */
  public CpuLimit {
    cpus = Collections.unmodifiableSortedSet(new TreeSet<>(cpus));
    if (cpus.isEmpty()) {
      throw new IllegalArgumentException("a VM needs at least one CPU");
    }
  }

  /** The kernel's form of a list of CPUs, for example {@code 0-2,7} (cpuset(7)). */
  public static String list(Collection<Integer> cpus) {
    StringBuilder text = new StringBuilder();
    TreeSet<Integer> sorted = new TreeSet<>(cpus);
    while (!sorted.isEmpty()) {
      int first = sorted.first();
      int last = first;
      while (sorted.remove(last)) {
        last++;
      }
      text.append(text.isEmpty() ? "" : ",").append(first);
      text.append(last - first > 1 ? "-" + (last - 1) : "");
    }
    return text.toString();
  }

  /** Reads that form. */
  public static SortedSet<Integer> cpus(String list) {
    SortedSet<Integer> cpus = new TreeSet<>();
    for (String range : list.strip().split(",", -1)) {
      if (range.isEmpty()) {
        continue;
      }
      String[] ends = range.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }
}
