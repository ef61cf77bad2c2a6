package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.CorePlan;
import dev.hacolo.agent.allocation.LiftFailure;
import dev.hacolo.agent.allocation.Limit;
import dev.hacolo.agent.allocation.VcpuConfinement;
import dev.hacolo.agent.allocation.VcpuThreads;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Confines nothing, writes down what it is told, and can refuse to lift. Thread-safe. */
final class FakeConfinement implements VcpuConfinement, Consumer<LiftFailure> {
  private final List<String> calls = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int refusals;
  private boolean confined;

  /** The next so many tries to lift fail. */
  synchronized void refuseToLift(int times) {
    refusals = times;
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Reasons that the agent was told of. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.AFFINITY;
  }

  @Override
  public Optional<String> unusable() {
    return Optional.empty();
  }

  @Override
  public CorePlan plan(CorePlan.Room room, int vcpus, int active) {
    return CorePlan.withQuota(room, vcpus, active);
  }

  @Override
  public synchronized void apply(VcpuThreads threads, Limit limit) {
    confined = true;
    calls.add("confine %d threads".formatted(threads.vcpus().size()));
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    return Map.of();
  }

  /** An allocator tries twice at a time. */
  @Override
  public synchronized void lift(VcpuThreads threads) {
    if (confined && refusals > 0) {
      refusals--;
      throw new StepException("refused by the test");
    }
    if (confined) {
      calls.add("lift");
    }
    confined = false;
  }

  @Override
  public void clean(UUID instance) {}

  @Override
  public void sweep() {}

  @Override
  public synchronized void accept(LiftFailure failure) {
    failures.add(failure.problem());
  }
}
