package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The kernel module's gate. Thread-safe. */
public final class GateConfinement implements VcpuConfinement {
  private final GateDevice device;
  private final Map<UUID, Long> processes = new ConcurrentHashMap<>();

  /** Touches nothing yet. */
  public GateConfinement(GateDevice device) {
    this.device = device;
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.MODULE_GATE;
  }

  @Override
  public Optional<String> unusable() {
    return device.unusable();
  }

  @Override
  public CorePlan plan(CorePlan.Room room, int vcpus, int active) {
    return CorePlan.withTokens(vcpus, active);
  }

  @Override
  public void apply(VcpuThreads threads, Limit limit) {
    if (limit.tokens() == 0) {
      throw new IllegalArgumentException("the gate knows tokens only: " + limit);
    }
    for (long thread : threads.vcpus()) {
      if (!ThreadFacts.isThere(threads.process(), thread)) {
        throw Effect.ended(thread);
      }
    }
    processes.put(threads.instance(), threads.process());
    device.gate(threads.process(), threads.vcpus(), limit.tokens());
    Effect.check(this, threads, limit);
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    Map<Long, Limit> found = new HashMap<>();
    Map<Long, Integer> gated = device.gated(threads.process());
    for (long thread : threads.vcpus()) {
      if (ThreadFacts.isThere(threads.process(), thread)) {
        int tokens = gated.getOrDefault(thread, 0);
        found.put(thread, tokens == 0 ? Limit.NONE : Limit.toTokens(tokens));
      }
    }
    return found;
  }

  @Override
  public void lift(VcpuThreads threads) {
    device.open(threads.process());
    Effect.checkLifted(this, threads);
  }

  @Override
  public void clean(UUID instance) {
    Long process = processes.get(instance);
    if (process != null) {
      device.forget(process);
      processes.remove(instance);
    }
  }

  @Override
  public void sweep() {
    device.processes().forEach(device::forget);
  }
}
