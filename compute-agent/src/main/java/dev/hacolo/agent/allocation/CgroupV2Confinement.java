package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Threaded groups of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst, "Threads"): each VM's
 * process gets a group of its own below one parent at the root, which has no limit, and its vCPU
 * threads a threaded group in that, which has {@code cpuset.cpus} and {@code cpu.max}. A VM's
 * process leaves the agent's group with that, and so does not end with it.
 */
final class CgroupV2Confinement implements VcpuConfinement {
  private static final int PERIOD_US = 10_000;
  private static final String VCPUS = "vcpus";
  private static final String CONTROLLERS = "+cpu +cpuset";
  private static final String ENABLED = "cgroup.subtree_control";
  private static final String CPUS = "cpuset.cpus";
  private static final String MAX = "cpu.max";
  private static final String UNLIMITED = "max";

  private final String parent;
  private @Nullable ControlGroup base;

  /**
   * Makes nothing yet.
   *
   * @param parent name of the group below which its groups are
   */
  CgroupV2Confinement(String parent) {
    this.parent = parent;
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.CGROUP_V2;
  }

  @Override
  public boolean knowsQuotas() {
    return true;
  }

  @Override
  public Optional<String> unusable() {
    try {
      Optional<ControlGroup> root = ControlGroup.rootV2();
      if (root.isEmpty()) {
        return Optional.of("cgroup v2 is not mounted");
      }
      List<String> there = List.of(root.get().read("cgroup.controllers").split(" ", -1));
      if (!there.containsAll(List.of("cpu", "cpuset"))) {
        return Optional.of("the mount of cgroup v2 has no controllers cpu and cpuset");
      }
      root.get().write(ENABLED, CONTROLLERS);
      ControlGroup made = root.get().child(parent).made();
      made.write(ENABLED, CONTROLLERS);
      base = made;
      vcpus(made.child("probe")).remove();
      made.child("probe").remove();
      return Optional.empty();
    } catch (IOException e) {
      base = null;
      return Optional.of("cgroup v2 cannot be used: " + e.getMessage());
    }
  }

  /** The threaded group in a VM's group, made with that if need be. */
  private static ControlGroup vcpus(ControlGroup vm) throws IOException {
    ControlGroup vcpus = vm.made().child(VCPUS);
    if (!vcpus.exists()) {
      vcpus.made().write("cgroup.type", "threaded");
      vm.write(ENABLED, CONTROLLERS);
    }
    return vcpus;
  }

  @Override
  public void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException {
    ControlGroup parents = base;
    if (parents == null) {
      throw new IOException("cgroup v2 is not in use");
    }
    ControlGroup vm = parents.child(instance).made();
    vm.write("cgroup.procs", Long.toString(Threads.process(threads.get(0))));
    ControlGroup vcpus = vcpus(vm);
    vcpus.write(CPUS, CpuLimit.list(limit.cpus()));
    vcpus.write(
        MAX,
        limit.quotaPercent() == 0
            ? UNLIMITED
            : "%d %d".formatted(Math.max(1000, PERIOD_US * limit.quotaPercent() / 100), PERIOD_US));
    for (long thread : threads) {
      vcpus.write("cgroup.threads", Long.toString(thread));
    }
  }

  @Override
  public void lift(UUID instance, List<Long> threads) throws IOException {
    ControlGroup parents = base;
    if (parents == null || !parents.child(instance).child(VCPUS).exists()) {
      return;
    }
    lift(parents.child(instance).child(VCPUS));
    for (long thread : threads) {
      if (Threads.exists(thread)) { // what the VM was bound to by others is its own again
        Threads.allow(thread, Threads.allowed(Threads.process(thread)));
      }
    }
  }

  private static void lift(ControlGroup vcpus) throws IOException {
    vcpus.write(MAX, UNLIMITED);
    vcpus.write(CPUS, "\n");
  }

  @Override
  public Optional<String> inEffect(UUID instance, List<Long> threads) throws IOException {
    ControlGroup parents = base;
    if (parents == null || !parents.child(instance).child(VCPUS).exists()) {
      return Optional.empty();
    }
    ControlGroup vcpus = parents.child(instance).child(VCPUS);
    String max = vcpus.read(MAX);
    if (!max.startsWith(UNLIMITED)) {
      return Optional.of("%s has a quota of %s us".formatted(vcpus.path(), max));
    }
    String cpus = vcpus.read(CPUS);
    return cpus.isEmpty()
        ? Optional.empty()
        : Optional.of("%s has CPUs %s only".formatted(vcpus.path(), cpus));
  }

  @Override
  public void clean(UUID instance) throws IOException {
    if (base != null) {
      dissolve(base.child(instance));
    }
  }

  /**
   * The vCPUs' group goes; that of the process stays as long as the process, and limits nothing.
   */
  private static void dissolve(ControlGroup vm) throws IOException {
    ControlGroup vcpus = vm.child(VCPUS);
    if (vcpus.exists()) {
      for (String thread : vcpus.lines("cgroup.threads")) {
        if (Threads.exists(Long.parseLong(thread))) {
          vm.write("cgroup.threads", thread);
        }
      }
      vcpus.remove();
    }
    vm.remove();
  }

  @Override
  public void sweep() throws IOException {
    if (base == null) {
      return;
    }
    for (ControlGroup vm : base.children()) {
      if (vm.child(VCPUS).exists()) {
        lift(vm.child(VCPUS));
      }
      dissolve(vm);
    }
  }
}
