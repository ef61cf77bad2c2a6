package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/** The threads' own CPU affinity (sched_setaffinity(2)); the main thread keeps the VM's. */
final class AffinityConfinement implements VcpuConfinement {
  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.AFFINITY;
  }

  @Override
  public Optional<String> unusable() {
    long self = ProcessHandle.current().pid();
    try {
      Threads.allow(self, Threads.allowed(self));
      return Optional.empty();
    } catch (IOException | UnsatisfiedLinkError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean knowsQuotas() {
    return false;
  }

  @Override
  public void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException {
    for (long thread : threads) {
      Threads.allow(thread, limit.cpus());
    }
  }

  @Override
  public void lift(UUID instance, List<Long> threads) throws IOException {
    for (long thread : threads) {
      if (Threads.exists(thread)) {
        Threads.allow(thread, Threads.allowed(Threads.process(thread)));
      }
    }
  }

  @Override
  public Optional<String> inEffect(UUID instance, List<Long> threads) throws IOException {
    for (long thread : threads) {
      if (!Threads.exists(thread)) {
        continue;
      }
      SortedSet<Integer> allowed = Threads.allowed(thread);
      if (!allowed.equals(Threads.allowed(Threads.process(thread)))) {
        return Optional.of(
            "vCPU thread %d may use CPUs %s only".formatted(thread, CpuLimit.list(allowed)));
      }
    }
    return Optional.empty();
  }

  @Override
  public void clean(UUID instance) {
    // There is nothing beside the limit.
  }

  @Override
  public void sweep() {
    // Whose threads they are, only QEMU knows: whoever takes the VM up again lifts.
  }
}
