package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup v1 controllers {@code cpuset} and {@code cpu}: for each VM a group in each of them
 * with its vCPU threads alone, below one parent, below the agent's own group
 * (Documentation/admin-guide/cgroup-v1/cpusets.rst, Documentation/scheduler/sched-bwc.rst).
 */
final class CgroupV1Confinement implements VcpuConfinement {
  /** Short, so that a throttled vCPU stands still for milliseconds only. */
  private static final int PERIOD_US = 10_000;

  private static final String TASKS = "tasks";
  private static final String CPUS = "cpuset.cpus";
  private static final String MEMS = "cpuset.mems";
  private static final String QUOTA = "cpu.cfs_quota_us";
  private static final String UNLIMITED = "-1";

  private final String parent;
  private @Nullable ControlGroup cpusets;
  private @Nullable ControlGroup quotas;

  /**
   * Makes nothing yet.
   *
   * @param parent name of the group below which its groups are
   */
  CgroupV1Confinement(String parent) {
    this.parent = parent;
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.CGROUP_V1;
  }

  @Override
  public boolean knowsQuotas() {
    return true;
  }

  @Override
  public Optional<String> unusable() {
    try {
      Optional<ControlGroup> cpuset = ControlGroup.ownV1("cpuset");
      Optional<ControlGroup> cpu = ControlGroup.ownV1("cpu");
      if (cpuset.isEmpty() || cpu.isEmpty()) {
        return Optional.of("the controllers cpuset and cpu of cgroup v1 are not mounted");
      }
      cpusets = inherited(cpuset.get(), parent);
      quotas = cpu.get().child(parent).made();
      tryWithOwnThread();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("cgroup v1 cannot be used: " + e.getMessage());
    }
  }

  /** A group that may do all that the one above it may: a new one has no CPU at all. */
  private static ControlGroup inherited(ControlGroup above, String name) throws IOException {
    ControlGroup group = above.child(name).made();
    group.write(MEMS, above.read(MEMS));
    if (group.read(CPUS).isEmpty()) {
      group.write(CPUS, above.read(CPUS));
    }
    return group;
  }

  private void tryWithOwnThread() throws IOException {
    String self = Path.of("/proc/thread-self").toRealPath().getFileName().toString();
    for (ControlGroup probe :
        List.of(inherited(cpusets(), "probe"), quotas().child("probe").made())) {
      try {
        probe.write(TASKS, self);
      } finally {
        probe.parent().parent().write(TASKS, self);
        probe.remove();
      }
    }
  }

  private ControlGroup cpusets() throws IOException {
    return usable(cpusets);
  }

  private ControlGroup quotas() throws IOException {
    return usable(quotas);
  }

  private static ControlGroup usable(@Nullable ControlGroup base) throws IOException {
    if (base == null) {
      throw new IOException("cgroup v1 is not in use");
    }
    return base;
  }

  @Override
  public void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException {
    ControlGroup cpuset = inherited(cpusets(), instance.toString());
    cpuset.write(CPUS, CpuLimit.list(limit.cpus()));
    ControlGroup quota = quotas().child(instance).made();
    quota.write("cpu.cfs_period_us", Integer.toString(PERIOD_US));
    quota.write(
        QUOTA,
        limit.quotaPercent() == 0
            ? UNLIMITED
            : Integer.toString(Math.max(1000, PERIOD_US * limit.quotaPercent() / 100)));
    for (long thread : threads) {
      if (!Threads.exists(thread)) {
        throw new IOException("there is no thread %d any more".formatted(thread));
      }
      cpuset.write(TASKS, Long.toString(thread));
      quota.write(TASKS, Long.toString(thread));
    }
  }

  @Override
  public void lift(UUID instance, List<Long> threads) throws IOException {
    if (cpusets == null || quotas == null) {
      return;
    }
    ControlGroup quota = quotas().child(instance);
    if (quota.exists()) {
      quota.write(QUOTA, UNLIMITED);
    }
    ControlGroup cpuset = cpusets().child(instance);
    if (cpuset.exists()) {
      cpuset.write(CPUS, cpusets().read(CPUS));
      for (long thread : threads) {
        if (Threads.exists(thread)) { // what the VM was bound to by others is its own again
          Threads.allow(thread, Threads.allowed(Threads.process(thread)));
        }
      }
    }
  }

  @Override
  public Optional<String> inEffect(UUID instance, List<Long> threads) throws IOException {
    if (cpusets == null || quotas == null) {
      return Optional.empty();
    }
    ControlGroup quota = quotas().child(instance);
    if (quota.exists() && !quota.read(QUOTA).equals(UNLIMITED)) {
      return Optional.of("%s has a quota of %s us".formatted(quota.path(), quota.read(QUOTA)));
    }
    ControlGroup cpuset = cpusets().child(instance);
    if (!cpuset.exists()) {
      return Optional.empty();
    }
    SortedSet<Integer> all = CpuLimit.cpus(cpusets().read(CPUS));
    SortedSet<Integer> now = CpuLimit.cpus(cpuset.read(CPUS));
    return now.equals(all)
        ? Optional.empty()
        : Optional.of("%s has CPUs %s only".formatted(cpuset.path(), CpuLimit.list(now)));
  }

  @Override
  public void clean(UUID instance) throws IOException {
    if (cpusets != null && quotas != null) {
      for (ControlGroup base : List.of(cpusets(), quotas())) {
        dissolve(base.child(instance));
        removeDeserted(base);
      }
    }
  }

  /** A group is busy for a moment after its last thread, so it may have been left. */
  private static void removeDeserted(ControlGroup base) throws IOException {
    for (ControlGroup group : base.children()) {
      if (group.lines(TASKS).isEmpty()) {
        group.remove();
      }
    }
  }

  /** Its threads go where their process is, the group goes. */
  private static void dissolve(ControlGroup group) throws IOException {
    if (!group.exists()) {
      return;
    }
    ControlGroup home = group.parent().parent();
    for (String thread : group.lines(TASKS)) {
      if (Threads.exists(Long.parseLong(thread))) {
        home.write(TASKS, thread);
      }
    }
    group.remove();
  }

  @Override
  public void sweep() throws IOException {
    if (cpusets == null || quotas == null) {
      return;
    }
    for (ControlGroup left : quotas().children()) {
      left.write(QUOTA, UNLIMITED);
      dissolve(left);
    }
    for (ControlGroup left : cpusets().children()) {
      left.write(CPUS, cpusets().read(CPUS));
      List<Long> threads = left.lines(TASKS).stream().map(Long::valueOf).toList();
      dissolve(left);
      for (long thread : threads) {
        if (Threads.exists(thread)) {
          Threads.allow(thread, Threads.allowed(Threads.process(thread)));
        }
      }
    }
  }
}
