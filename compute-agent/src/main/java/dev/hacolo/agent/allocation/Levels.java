package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** The means of this host, and what several of them do together. Blocking; thread-safe. */
final class Levels {
  private final List<VcpuConfinement> all;
  private final LongFunction<SortedSet<Integer>> cpusOf;
  private final CpuLedger ledger = new CpuLedger();
  private final Map<UUID, VcpuConfinement> inUse = new ConcurrentHashMap<>();
  private volatile List<VcpuConfinement> usable = List.of();
  private volatile List<String> unusable = List.of("the means of this host are not known yet");

  /**
   * Tries nothing yet.
   *
   * @param all the best first
   * @param cpusOf CPUs that a process may use
   */
  Levels(List<VcpuConfinement> all, LongFunction<SortedSet<Integer>> cpusOf) {
    this.all = List.copyOf(all);
    this.cpusOf = cpusOf;
  }

  /** Lifts at every level what an earlier run left. */
  void sweep() {
    each(VcpuConfinement::sweep);
  }

  /** Finds out which levels this host offers. */
  void probe() {
    List<VcpuConfinement> found = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (VcpuConfinement level : all) {
      Optional<String> reason = reasonAgainst(level);
      reason.ifPresentOrElse(
          why -> reasons.add("not by %s: %s".formatted(level.level(), why)),
          () -> found.add(level));
    }
    usable = List.copyOf(found);
    unusable = List.copyOf(reasons);
  }

  private static Optional<String> reasonAgainst(VcpuConfinement level) {
    try {
      return level.unusable();
    } catch (RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Confines by the best level that does it; says so if none does. */
  VcpuAllocation confine(VcpuThreads threads, int active, int guests) {
    List<String> not = new ArrayList<>(unusable);
    for (VcpuConfinement level : usable) {
      try {
        leaveOther(level, threads);
        return confine(level, threads, active, guests, not);
      } catch (RuntimeException e) {
        not.add("not by %s: %s".formatted(level.level(), e.getMessage()));
        inUse.remove(threads.instance());
        undo(level, threads).ifPresent(not::add);
      }
    }
    ledger.release(threads.instance());
    int vcpus = threads.vcpus().size();
    return new VcpuAllocation(
        vcpus,
        active,
        vcpus,
        VcpuAllocation.Level.NONE,
        "",
        0,
        "not confined; " + String.join("; ", not));
  }

  private VcpuAllocation confine(
      VcpuConfinement level, VcpuThreads threads, int active, int guests, List<String> not) {
    int vcpus = threads.vcpus().size();
    CorePlan plan =
        ledger.reserve(
            threads.instance(),
            cpusOf.apply(threads.process()),
            guests,
            room -> level.plan(room, vcpus, active));
    level.apply(threads, plan.limit());
    List<String> sentence = new ArrayList<>(List.of(plan.reason()));
    sentence.addAll(not);
    sentence.addAll(behind(level));
    return new VcpuAllocation(
        vcpus,
        active,
        active,
        level.level(),
        CpuList.format(plan.limit().cpus()),
        plan.limit().quotaPercent(),
        String.join("; ", sentence));
  }

  /** Why those that would work too are not taken: by the order alone. */
  private List<String> behind(VcpuConfinement level) {
    List<VcpuConfinement> here = usable;
    return here.subList(here.indexOf(level) + 1, here.size()).stream()
        .map(other -> "%s would work too, but is not preferred".formatted(other.level()))
        .toList();
  }

  /** Two levels at a time would be seen as each other's limits. */
  private void leaveOther(VcpuConfinement level, VcpuThreads threads) {
    VcpuConfinement before = inUse.put(threads.instance(), level);
    if (before != null && before != level) {
      before.lift(threads);
      before.clean(threads.instance());
    }
  }

  private static Optional<String> undo(VcpuConfinement level, VcpuThreads threads) {
    try {
      level.lift(threads);
      level.clean(threads.instance());
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("what was done of it is left: " + e.getMessage());
    }
  }

  /**
   * Lifts at every level. A level may see the limit of one that comes after it, so those that fail
   * try once more when all have lifted.
   *
   * @throws StepException if a limit is left
   */
  void lift(VcpuThreads threads) {
    List<VcpuConfinement> doubtful = new ArrayList<>();
    for (VcpuConfinement level : all) {
      try {
        level.lift(threads);
      } catch (RuntimeException e) {
        doubtful.add(level);
      }
    }
    doubtful.forEach(level -> level.lift(threads));
    release(threads.instance());
  }

  /** Removes at every level what was made for an instance. */
  void clean(UUID instance) {
    each(level -> level.clean(instance));
  }

  /** Gives up an instance's CPUs. */
  void release(UUID instance) {
    ledger.release(instance);
    inUse.remove(instance);
  }

  private void each(Consumer<VcpuConfinement> step) {
    List<String> problems = new ArrayList<>();
    for (VcpuConfinement level : all) {
      try {
        step.accept(level);
      } catch (RuntimeException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw new StepException(String.join("; ", problems));
    }
  }
}
