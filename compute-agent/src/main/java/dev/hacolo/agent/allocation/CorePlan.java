package dev.hacolo.agent.allocation;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which limit gives a secondary M of its N vCPUs. Pure.
 *
 * @param limit what the vCPU threads are confined to
 * @param reason why, one sentence without a full stop
 */
public record CorePlan(Limit limit, String reason) {
  /**
   * The host as the plan sees it.
   *
   * @param host CPUs that the VM's process may use
   * @param others how many other secondaries are confined to a CPU; none where it has no entry
   * @param guests vCPUs of the guests that run there: nowhere in particular, but each takes a CPU
   */
  public record Room(SortedSet<Integer> host, Map<Integer, Integer> others, int guests) {
    /** Copies both. */
    public Room {
      host = Collections.unmodifiableSortedSet(new TreeSet<>(host));
      others = Map.copyOf(others);
    }

    private int users(int cpu) {
      return others.getOrDefault(cpu, 0);
    }

    private long free() {
      long unshared = host.stream().filter(cpu -> users(cpu) == 0).count();
      return Math.max(0, unshared - guests);
    }

    /** The least used CPUs, the highest numbers first: interrupts are mostly at the low ones. */
    private SortedSet<Integer> leastUsed(int count) {
      Comparator<Integer> order =
          Comparator.<Integer>comparingInt(this::users).thenComparing(Comparator.reverseOrder());
      List<Integer> chosen = host.stream().sorted(order).limit(count).toList();
      return new TreeSet<>(chosen);
    }
  }

  /**
   * For means that know CPUs and quotas: M CPUs that no other secondary uses; with fewer of them, a
   * quota of M/N of what the threads could use without a limit.
   *
   * @param vcpus N, at least 1
   * @param active M, 1 to N
   */
  public static CorePlan withQuota(Room room, int vcpus, int active) {
    if (active == vcpus) {
      return all(vcpus);
    }
    if (room.free() >= active) {
      return free(room, active);
    }
    int could = Math.min(vcpus, room.host().size());
    int percent = Math.max(1, could * 100 * active / vcpus);
    return new CorePlan(
        Limit.toQuota(percent),
        "%s, so the vCPU threads together have %d of %d of the time of %d CPUs"
            .formatted(shortage(room, active), active, vcpus, could));
  }

  /** For means that know CPUs only: shares the least used CPUs where too few are free. */
  public static CorePlan withoutQuota(Room room, int vcpus, int active) {
    if (active == vcpus) {
      return all(vcpus);
    }
    if (room.free() >= active) {
      return free(room, active);
    }
    SortedSet<Integer> cpus = room.leastUsed(active);
    return new CorePlan(
        Limit.toCpus(cpus),
        "%s and this means knows no quota, so the least used are taken: %s"
            .formatted(shortage(room, active), CpuList.format(cpus)));
  }

  /** For means that count running vCPUs, whichever CPUs they run on. */
  public static CorePlan withTokens(int vcpus, int active) {
    return active == vcpus
        ? all(vcpus)
        : new CorePlan(
            Limit.toTokens(active),
            "%d of %d vCPUs may be in the guest at a time".formatted(active, vcpus));
  }

  private static CorePlan all(int vcpus) {
    return new CorePlan(Limit.NONE, "all %d vCPUs may run".formatted(vcpus));
  }

  private static CorePlan free(Room room, int active) {
    SortedSet<Integer> cpus = room.leastUsed(active);
    String which = CpuList.format(cpus);
    return new CorePlan(
        Limit.toCpus(cpus),
        active == 1
            ? "CPU %s is used by no other secondary".formatted(which)
            : "CPUs %s are used by no other secondary".formatted(which));
  }

  private static String shortage(Room room, int active) {
    return "of the %d CPUs of this host %d are free of other secondaries and guests, fewer than %d"
        .formatted(room.host().size(), room.free(), active);
  }
}
