package dev.hacolo.agent.allocation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The kernel module's gate until there is one: keeps what it is told, over runs of an agent. */
final class FakeGateDevice implements GateDevice {
  private final Map<Long, Map<Long, Integer>> gates = new HashMap<>();

  @Override
  public Optional<String> unusable() {
    return Optional.empty();
  }

  @Override
  public synchronized void gate(long process, List<Long> vcpus, int tokens) {
    gates.put(process, vcpus.stream().collect(Collectors.toMap(v -> v, v -> tokens)));
  }

  @Override
  public synchronized void open(long process) {
    gates.remove(process);
  }

  @Override
  public synchronized void forget(long process) {
    gates.remove(process);
  }

  @Override
  public synchronized Map<Long, Integer> gated(long process) {
    return Map.copyOf(gates.getOrDefault(process, Map.of()));
  }

  @Override
  public synchronized Set<Long> processes() {
    return Set.copyOf(gates.keySet());
  }
}
