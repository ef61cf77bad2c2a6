package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.Feature;
import dev.hacolo.agent.module.GateSetting;
import dev.hacolo.agent.module.VmFigures;
import dev.hacolo.agent.module.VmLease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The gate of the kernel module {@code ha_colo}. An earlier run of the agent leaves nothing: the
 * kernel opens a gate when the descriptor goes. So what is behind a gate is what this object has
 * leased; how many tokens are in force, the module says. Thread-safe.
 */
public final class ModuleGate implements GateDevice {
  private final ColoModule module;
  private final Map<Long, Gated> gates = new HashMap<>();

  /** A VM behind its gate, and the threads that shall be all its vCPUs. */
  private record Gated(VmLease vm, List<Long> vcpus) {}

  /** Touches nothing yet. */
  public ModuleGate(ColoModule module) {
    this.module = module;
  }

  @Override
  public Optional<String> unusable() {
    return module.unusable(Feature.GATE);
  }

  @Override
  public synchronized void gate(long process, List<Long> vcpus, int tokens) {
    Gated before = gates.get(process);
    if (before != null && !before.vm().alive()) {
      drop(process);
      before = null;
    }
    VmLease vm = before == null ? module.lease(process) : before.vm();
    try {
      checkVcpus(vm.figures(), process, vcpus);
      vm.gate(GateSetting.of(tokens));
    } catch (RuntimeException e) {
      if (before == null) {
        vm.close();
      }
      throw e;
    }
    gates.put(process, new Gated(vm, List.copyOf(vcpus)));
  }

  /** The module knows the VM's vCPUs only, not threads: all of them are gated, or none. */
  private static void checkVcpus(VmFigures figures, long process, List<Long> vcpus) {
    if (figures.vcpus() != vcpus.size()) {
      throw new StepException(
          "the VM of process %d has %d vCPUs, and %d threads were named: the gate knows all or none"
              .formatted(process, figures.vcpus(), vcpus.size()));
    }
  }

  /** The descriptor stays, for to close it the kernel waits for its readers. */
  @Override
  public synchronized void open(long process) {
    Gated gated = gates.get(process);
    if (gated == null) {
      return;
    }
    try {
      gated.vm().gate(GateSetting.OPEN);
    } catch (StepException e) {
      if (gated.vm().alive()) {
        throw e;
      }
    }
  }

  /** The gate is opened first, for the descriptor may have other users. */
  @Override
  public synchronized void forget(long process) {
    open(process);
    drop(process);
  }

  private void drop(long process) {
    Gated gated = gates.remove(process);
    if (gated != null) {
      gated.vm().close();
    }
  }

  @Override
  public synchronized Map<Long, Integer> gated(long process) {
    Gated gated = gates.get(process);
    if (gated == null || !gated.vm().alive()) {
      return Map.of();
    }
    int tokens = gated.vm().figures().gate().tokens();
    return tokens == 0
        ? Map.of()
        : gated.vcpus().stream().distinct().collect(Collectors.toMap(v -> v, v -> tokens));
  }

  @Override
  public synchronized Set<Long> processes() {
    return Set.copyOf(gates.keySet());
  }
}
