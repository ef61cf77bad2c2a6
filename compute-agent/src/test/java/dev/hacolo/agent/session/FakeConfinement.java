package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.CpuLimit;
import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.allocation.VcpuConfinement;
import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Confines nothing, writes down what it is told, and can refuse to lift. Thread-safe. */
final class FakeConfinement implements VcpuConfinement, VcpuAllocator.LiftFailures {
  private final List<String> calls = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int refusals;
  private int active;

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
  public boolean knowsQuotas() {
    return true;
  }

  @Override
  public synchronized void apply(UUID instance, List<Long> threads, CpuLimit limit) {
    active = limit.active();
    calls.add("%d of %d".formatted(limit.active(), threads.size()));
  }

  @Override
  public synchronized void lift(UUID instance, List<Long> threads) throws IOException {
    if (active > 0 && refusals > 0) {
      refusals--;
      throw new IOException("refused by the test");
    }
    if (active > 0) {
      calls.add("lift");
    }
    active = 0;
  }

  @Override
  public synchronized Optional<String> inEffect(UUID instance, List<Long> threads) {
    return active == 0 ? Optional.empty() : Optional.of("still confined");
  }

  @Override
  public void clean(UUID instance) {}

  @Override
  public void sweep() {}

  @Override
  public synchronized void liftFailed(UUID instance, String reason) {
    failures.add(reason);
  }
}
