package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The controllers {@code cpuset} and {@code cpu} of cgroup v1, which take single threads; see the
 * kernel's cgroup-v1/cpusets.rst and sched-bwc.rst. Thread-safe; needs root.
 */
public final class CgroupV1Confinement implements VcpuConfinement {
  private static final String CPUSET = "cpuset";
  private static final String CPU = "cpu";
  private static final String CPUS = "cpuset.cpus";
  private static final String MEMS = "cpuset.mems";
  private static final String QUOTA = "cpu.cfs_quota_us";
  private static final String PERIOD = "cpu.cfs_period_us";
  private static final String WITHOUT = "-1";
  private static final int SHARES = 1024;
  private static final int MOST_SHARES = 262_144;

  private final Groups groups;
  private final Map<String, CgroupMount> mounts = new HashMap<>();

  /**
   * Only looks where the controllers are.
   *
   * @param name of this agent's groups; agents on one machine need different ones
   */
  public CgroupV1Confinement(String name) {
    groups = new Groups(name, "tasks");
    for (String controller : List.of(CPUSET, CPU)) {
      CgroupMount.v1(controller).ifPresent(mount -> mounts.put(controller, mount));
    }
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.CGROUP_V1;
  }

  @Override
  public Optional<String> unusable() {
    return Effect.trial(this, true);
  }

  @Override
  public CorePlan plan(CorePlan.Room room, int vcpus, int active) {
    return CorePlan.withQuota(room, vcpus, active);
  }

  @Override
  public void apply(VcpuThreads threads, Limit limit) {
    Path cpuset = groups.make(groupOf(CPUSET, threads.process(), threads), threads.instance());
    Path cpu = groups.make(groupOf(CPU, threads.process(), threads), threads.instance());
    if (ControlFile.read(cpuset.resolve(MEMS)).isEmpty()) {
      ControlFile.write(cpuset.resolve(MEMS), ControlFile.read(cpuset.resolveSibling(MEMS)));
    }
    if (limit.cpus().isEmpty()) {
      raiseCpus(cpuset);
    } else {
      ControlFile.write(cpuset.resolve(CPUS), CpuList.format(limit.cpus()));
    }
    limitTime(cpu, limit);
    for (long thread : threads.vcpus()) {
      moveUnlessThere(threads, thread, CPUSET, cpuset);
      moveUnlessThere(threads, thread, CPU, cpu);
    }
    Effect.check(this, threads, limit);
  }

  /** A group has one thread's weight among the host's others; it shall have its CPUs' worth. */
  private static void limitTime(Path cpu, Limit limit) {
    ControlFile.write(
        cpu.resolve("cpu.shares"), Integer.toString(Math.min(MOST_SHARES, SHARES * limit.worth())));
    ControlFile.write(cpu.resolve(QUOTA), WITHOUT);
    if (limit.quotaPercent() > 0) {
      Bandwidth bandwidth = Bandwidth.ofPercent(limit.quotaPercent());
      ControlFile.write(cpu.resolve(PERIOD), Long.toString(bandwidth.period()));
      ControlFile.write(cpu.resolve(QUOTA), Long.toString(bandwidth.quota()));
    }
  }

  private void moveUnlessThere(VcpuThreads threads, long thread, String controller, Path group) {
    if (!groupOf(controller, thread, threads).equals(group)) {
      groups.move(thread, group);
    }
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    Map<Long, Limit> found = new HashMap<>();
    ThreadFacts.confinedTo(threads)
        .forEach((thread, cpus) -> found.put(thread, limit(threads, thread, cpus)));
    return found;
  }

  private Limit limit(VcpuThreads threads, long thread, SortedSet<Integer> cpus) {
    SortedSet<Integer> ours = mine(threads, thread, CPUSET).isPresent() ? cpus : Limit.NONE.cpus();
    return new Limit(
        ours, mine(threads, thread, CPU).map(CgroupV1Confinement::percent).orElse(0), 0);
  }

  private static int percent(Path group) {
    long quota = Long.parseLong(ControlFile.read(group.resolve(QUOTA)));
    long period = Long.parseLong(ControlFile.read(group.resolve(PERIOD)));
    return quota < 0 ? 0 : new Bandwidth(quota, period).percent();
  }

  @Override
  public void lift(VcpuThreads threads) {
    mine(threads, CPUSET).forEach(CgroupV1Confinement::raiseCpus);
    mine(threads, CPU).forEach(CgroupV1Confinement::raiseTime);
    Effect.checkLifted(this, threads);
  }

  private static void raiseCpus(Path group) {
    ControlFile.write(group.resolve(CPUS), ControlFile.read(group.resolveSibling(CPUS)));
  }

  private static void raiseTime(Path group) {
    ControlFile.write(group.resolve(QUOTA), WITHOUT);
  }

  @Override
  public void clean(UUID instance) {
    groups.remove(instance);
  }

  @Override
  public void sweep() {
    sweep(CPUSET, CgroupV1Confinement::raiseCpus);
    sweep(CPU, CgroupV1Confinement::raiseTime);
  }

  private void sweep(String controller, Consumer<Path> raise) {
    CgroupMount mount = mounts.get(controller);
    for (Path group : mount == null ? List.<Path>of() : groups.below(mount.directory())) {
      raise.accept(group);
      groups.remove(group);
    }
  }

  private Set<Path> mine(VcpuThreads threads, String controller) {
    Set<Path> found = new LinkedHashSet<>();
    for (long thread : threads.vcpus()) {
      mine(threads, thread, controller).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Path> mine(VcpuThreads threads, long thread, String controller) {
    return Optional.ofNullable(mounts.get(controller))
        .flatMap(
            mount ->
                ThreadFacts.group(threads.process(), thread, controller).map(mount::directoryOf))
        .filter(groups::isMine);
  }

  private Path groupOf(String controller, long thread, VcpuThreads threads) {
    CgroupMount mount =
        CgroupMount.v1(controller)
            .orElseThrow(
                () ->
                    new StepException("cgroup v1 has no %s controller here".formatted(controller)));
    return ThreadFacts.group(threads.process(), thread, controller)
        .map(mount::directoryOf)
        .orElseThrow(() -> Effect.ended(thread));
  }
}
