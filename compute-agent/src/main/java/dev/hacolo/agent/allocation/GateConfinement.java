package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The kernel module's gate. It counts vCPUs, so a limit's CPUs and quota are without meaning. */
final class GateConfinement implements VcpuConfinement {
  private final GateDevice device;
  private final Set<Long> limited = new HashSet<>();

  GateConfinement(GateDevice device) {
    this.device = device;
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.MODULE_GATE;
  }

  @Override
  public Optional<String> unusable() {
    return Optional.ofNullable(device.missing());
  }

  @Override
  public boolean knowsQuotas() {
    return true;
  }

  @Override
  public void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException {
    long process = Threads.process(threads.get(0));
    for (long thread : threads) {
      if (Threads.process(thread) != process) {
        throw new IOException("thread %d is not of process %d".formatted(thread, process));
      }
    }
    device.limit(process, threads, limit.active());
    limited.add(process);
  }

  @Override
  public void lift(UUID instance, List<Long> threads) throws IOException {
    for (long thread : threads) {
      if (Threads.exists(thread)) {
        device.open(Threads.process(thread));
        limited.remove(Threads.process(thread));
        return;
      }
    }
  }

  @Override
  public Optional<String> inEffect(UUID instance, List<Long> threads) throws IOException {
    for (long thread : threads) {
      if (Threads.exists(thread)) {
        int tokens = device.tokens(Threads.process(thread));
        return tokens == 0
            ? Optional.empty()
            : Optional.of("only %d vCPU(s) may run at a time".formatted(tokens));
      }
    }
    return Optional.empty();
  }

  @Override
  public void clean(UUID instance) throws IOException {
    for (long process : Set.copyOf(limited)) {
      if (!Threads.exists(process)) {
        device.open(process);
        limited.remove(process);
      }
    }
  }

  @Override
  public void sweep() {
    // The module opens the gates of an agent whose device file is closed.
  }
}
