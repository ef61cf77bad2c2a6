package dev.hacolo.agent.allocation;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Decides which CPUs of the host a secondary's vCPUs may use. Pure. */
final class CpuPlan {
  private static final int WHOLE = 100;

  private CpuPlan() {}

  /**
   * CPUs that no other secondary is confined to, as many as vCPUs may run. Where fewer are free,
   * the vCPUs share all CPUs under a quota. The vCPUs of guests are nowhere in particular, but each
   * takes one of the free CPUs.
   *
   * @param host CPUs that the VM may use, at least one
   * @param others how many other secondaries are confined to a CPU; absent: none
   * @param guests vCPUs of the guests that run on this host
   * @param vcpus vCPUs of the guest
   * @param active how many of them may run at a time, less than {@code vcpus}
   * @param quotas whether the means at hand know quotas
   */
  static CpuLimit of(
      SortedSet<Integer> host,
      Map<Integer, Integer> others,
      int guests,
      int vcpus,
      int active,
      boolean quotas) {
    List<Integer> byUse =
        host.stream()
            .sorted(
                Comparator.<Integer, Integer>comparing(cpu -> others.getOrDefault(cpu, 0))
                    .thenComparing(Comparator.reverseOrder()))
            .toList();
    long unshared = host.stream().filter(cpu -> others.getOrDefault(cpu, 0) == 0).count();
    long free = Math.max(0, unshared - guests);
    if (free >= active) {
      SortedSet<Integer> chosen = new TreeSet<>(byUse.subList(0, active));
      return new CpuLimit(
          vcpus,
          active,
          chosen,
          0,
          "%s %s used by no other secondary"
              .formatted(name(chosen), chosen.size() == 1 ? "is" : "are"));
    }
    return quotas ? quota(host, vcpus, active, free) : leastUsed(host, byUse, vcpus, active, free);
  }

  private static CpuLimit quota(SortedSet<Integer> host, int vcpus, int active, long free) {
    int together = Math.min(vcpus, host.size());
    int percent = Math.max(1, WHOLE * together * active / vcpus);
    return new CpuLimit(
        vcpus,
        active,
        host,
        percent,
        "%d CPU(s) of %d are free of secondaries and guests, so %d of %d vCPUs is a quota"
            .formatted(free, host.size(), active, vcpus));
  }

  private static CpuLimit leastUsed(
      SortedSet<Integer> host, List<Integer> byUse, int vcpus, int active, long free) {
    SortedSet<Integer> chosen = new TreeSet<>(byUse.subList(0, Math.min(active, byUse.size())));
    return new CpuLimit(
        vcpus,
        active,
        chosen,
        0,
        "%s, shared: %d CPU(s) of %d are free of secondaries and guests, and this host's means know no"
                .formatted(name(chosen), free, host.size())
            + " quota");
  }

  private static String name(SortedSet<Integer> cpus) {
    return (cpus.size() == 1 ? "CPU " : "CPUs ") + CpuLimit.list(cpus);
  }
}
