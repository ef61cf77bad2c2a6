package dev.hacolo.agent.allocation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class GateConfinementTest extends VcpuConfinementContract {
  private final Map<String, FakeGateDevice> devices = new HashMap<>();

  private FakeGateDevice device(String agent) {
    return devices.computeIfAbsent(agent, a -> new FakeGateDevice());
  }

  @Override
  VcpuConfinement make(String agent) {
    return new GateConfinement(device(agent));
  }

  @Override
  List<Limit> limits() {
    return List.of(Limit.toTokens(1), Limit.toTokens(2));
  }

  @Override
  Limit observed(long pid, long thread) {
    return devices.values().stream()
        .map(device -> device.gated(pid).getOrDefault(thread, 0))
        .filter(tokens -> tokens > 0)
        .map(Limit::toTokens)
        .findFirst()
        .orElse(Limit.NONE);
  }

  @Override
  List<String> remains(String agent) {
    return device(agent).processes().stream().map(String::valueOf).toList();
  }
}
