package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A means that fails when a test says so, and writes down what is asked of it. */
final class ScriptedConfinement implements VcpuConfinement {
  private final VcpuAllocation.Level level;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<UUID, Limit> limits = new ConcurrentHashMap<>();
  private final AtomicInteger failingLifts = new AtomicInteger();
  private final AtomicInteger failingSweeps = new AtomicInteger();
  private final AtomicInteger failingCleans = new AtomicInteger();
  private volatile String unusable = "";
  private volatile boolean refuses;

  ScriptedConfinement(VcpuAllocation.Level level) {
    this.level = level;
  }

  List<String> calls() {
    return List.copyOf(calls);
  }

  Limit limit(UUID instance) {
    return limits.getOrDefault(instance, Limit.NONE);
  }

  ScriptedConfinement unusable(String reason) {
    unusable = reason;
    return this;
  }

  void refuse(boolean now) {
    refuses = now;
  }

  void failLifts(int count) {
    failingLifts.set(count);
  }

  void failSweeps(int count) {
    failingSweeps.set(count);
  }

  void failCleans(int count) {
    failingCleans.set(count);
  }

  private static void fail(AtomicInteger left, String problem) {
    if (left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new StepException(problem);
    }
  }

  @Override
  public VcpuAllocation.Level level() {
    return level;
  }

  @Override
  public Optional<String> unusable() {
    return unusable.isEmpty() ? Optional.empty() : Optional.of(unusable);
  }

  @Override
  public CorePlan plan(CorePlan.Room room, int vcpus, int active) {
    return CorePlan.withQuota(room, vcpus, active);
  }

  @Override
  public void apply(VcpuThreads threads, Limit limit) {
    calls.add("apply");
    if (refuses) {
      throw new StepException("the kernel refuses");
    }
    limits.put(threads.instance(), limit);
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    Map<Long, Limit> found = new HashMap<>();
    threads.vcpus().forEach(thread -> found.put(thread, limit(threads.instance())));
    return found;
  }

  @Override
  public void lift(VcpuThreads threads) {
    calls.add("lift");
    fail(failingLifts, "CPUs of thread 11 are still 1");
    limits.remove(threads.instance());
  }

  @Override
  public void clean(UUID instance) {
    calls.add("clean");
    fail(failingCleans, "a group is busy");
    limits.remove(instance);
  }

  @Override
  public void sweep() {
    calls.add("sweep");
    fail(failingSweeps, "a group cannot be lifted");
    limits.clear();
  }
}
