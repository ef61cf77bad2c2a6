package dev.hacolo.agent.allocation;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/** Which CPUs the secondaries of this agent are confined to. Thread-safe. */
final class CpuLedger {
  private final Map<UUID, SortedSet<Integer>> taken = new HashMap<>();

  /** Makes a plan with what the others leave, and enters its CPUs at once. */
  synchronized CorePlan reserve(
      UUID instance,
      SortedSet<Integer> host,
      int guests,
      Function<CorePlan.Room, CorePlan> planner) {
    taken.remove(instance);
    Map<Integer, Integer> others = new HashMap<>();
    taken.values().forEach(cpus -> cpus.forEach(cpu -> others.merge(cpu, 1, Integer::sum)));
    CorePlan plan = planner.apply(new CorePlan.Room(host, others, guests));
    taken.put(instance, new TreeSet<>(plan.limit().cpus()));
    return plan;
  }

  synchronized void release(UUID instance) {
    taken.remove(instance);
  }
}
