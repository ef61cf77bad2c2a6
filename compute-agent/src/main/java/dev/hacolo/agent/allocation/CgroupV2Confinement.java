package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;

/**
 * Threaded groups of cgroup v2 with {@code cpuset} and {@code cpu}; see the kernel's cgroup-v2.rst.
 * An instance's group is a threaded child of the group that its process is in, which makes that one
 * a threaded domain: it can have no domain groups with processes below it. The two controllers are
 * turned on from the mount down to it and stay on; a systemd unit keeps them with {@code
 * Delegate=cpu cpuset}. Thread-safe; needs root or delegation.
 */
public final class CgroupV2Confinement implements VcpuConfinement {
  private static final String CPUS = "cpuset.cpus";
  private static final String MAX = "cpu.max";
  private static final String TYPE = "cgroup.type";
  private static final String CONTROL = "cgroup.subtree_control";
  private static final String THREADED = "threaded";
  private static final int WEIGHT = 100;
  private static final int MOST_WEIGHT = 10_000;

  private final Groups groups;
  private final Optional<CgroupMount> mounted = CgroupMount.v2();

  /**
   * Only looks where it is mounted.
   *
   * @param name of this agent's groups; agents on one machine need different ones
   */
  public CgroupV2Confinement(String name) {
    groups = new Groups(name, "cgroup.threads");
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.CGROUP_V2;
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
    CgroupMount mount = mounted.orElseThrow(() -> new StepException("cgroup v2 is not mounted"));
    checkControllers(mount.directory());
    Path base = directoryOf(mount, threads.process(), threads.process());
    Path group = groups.make(base, threads.instance());
    if (!ControlFile.read(group.resolve(TYPE)).equals(THREADED)) {
      ControlFile.write(group.resolve(TYPE), THREADED);
    }
    turnOn(mount.directory(), base);
    limit(group, limit);
    for (long thread : threads.vcpus()) {
      if (!directoryOf(mount, threads.process(), thread).equals(group)) {
        groups.move(thread, group);
      }
    }
    Effect.check(this, threads, limit);
  }

  private static void checkControllers(Path root) {
    Set<String> offered = words(root.resolve("cgroup.controllers"));
    if (!offered.containsAll(Set.of("cpu", "cpuset"))) {
      throw new StepException(
          "cgroup v2 at %s offers no cpu and cpuset controllers: they are in use by cgroup v1 or"
                  .formatted(root)
              + " not delegated");
    }
  }

  private static void turnOn(Path root, Path base) {
    Path at = root;
    turnOn(at);
    for (Path name : root.relativize(base)) {
      at = at.resolve(name);
      turnOn(at);
    }
  }

  private static void turnOn(Path group) {
    Path control = group.resolve(CONTROL);
    if (Files.exists(control) && !words(control).containsAll(Set.of("cpu", "cpuset"))) {
      ControlFile.write(control, "+cpu +cpuset");
    }
  }

  private static Set<String> words(Path file) {
    return new HashSet<>(Arrays.asList(ControlFile.read(file).split(" ", -1)));
  }

  /** A group has one thread's weight among the host's others; it shall have its CPUs' worth. */
  private static void limit(Path group, Limit limit) {
    ControlFile.write(
        group.resolve("cpu.weight"),
        Integer.toString(Math.min(MOST_WEIGHT, WEIGHT * limit.worth())));
    if (limit.cpus().isEmpty()) {
      raiseCpus(group);
    } else {
      ControlFile.write(group.resolve(CPUS), CpuList.format(limit.cpus()));
    }
    Bandwidth bandwidth = Bandwidth.ofPercent(Math.max(1, limit.quotaPercent()));
    ControlFile.write(
        group.resolve(MAX),
        limit.quotaPercent() == 0
            ? "max"
            : "%d %d".formatted(bandwidth.quota(), bandwidth.period()));
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    Map<Long, Limit> found = new HashMap<>();
    ThreadFacts.confinedTo(threads)
        .forEach((thread, cpus) -> found.put(thread, limit(threads, thread, cpus)));
    return found;
  }

  private Limit limit(VcpuThreads threads, long thread, SortedSet<Integer> cpus) {
    return mine(threads.process(), thread)
        .filter(group -> Files.exists(group.resolve(MAX)))
        .map(group -> new Limit(cpus, Bandwidth.percentOf(ControlFile.read(group.resolve(MAX))), 0))
        .orElse(Limit.NONE);
  }

  @Override
  public void lift(VcpuThreads threads) {
    Set<Path> mine = new LinkedHashSet<>();
    for (long thread : threads.vcpus()) {
      mine(threads.process(), thread).ifPresent(mine::add);
    }
    mine.forEach(CgroupV2Confinement::raise);
    Effect.checkLifted(this, threads);
  }

  /** The files are gone if someone has turned the controllers off, and the limits with them. */
  private static void raise(Path group) {
    if (Files.exists(group.resolve(MAX))) {
      ControlFile.write(group.resolve(MAX), "max");
    }
    if (Files.exists(group.resolve(CPUS))) {
      raiseCpus(group);
    }
  }

  /** The empty list would do, but Linux 6.1 refuses it to a group with threads (ENOSPC). */
  private static void raiseCpus(Path group) {
    ControlFile.write(
        group.resolve(CPUS), ControlFile.read(group.resolveSibling("cpuset.cpus.effective")));
  }

  @Override
  public void clean(UUID instance) {
    groups.remove(instance);
  }

  @Override
  public void sweep() {
    for (Path group : mounted.map(m -> groups.below(m.directory())).orElse(List.of())) {
      raise(group);
      groups.remove(group);
    }
  }

  private Optional<Path> mine(long process, long thread) {
    return mounted
        .flatMap(mount -> ThreadFacts.group(process, thread, "").map(mount::directoryOf))
        .filter(groups::isMine);
  }

  private static Path directoryOf(CgroupMount mount, long process, long thread) {
    return ThreadFacts.group(process, thread, "")
        .map(mount::directoryOf)
        .orElseThrow(() -> Effect.ended(thread));
  }
}
