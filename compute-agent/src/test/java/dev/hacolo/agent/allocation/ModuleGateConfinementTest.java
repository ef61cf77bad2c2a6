package dev.hacolo.agent.allocation;

import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.FakeModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The contract of confinement, on the module's wire formats. */
final class ModuleGateConfinementTest extends VcpuConfinementContract {
  private final FakeModule kernel = new FakeModule();
  private final Map<String, ColoModule> modules = new HashMap<>();
  private final Map<String, ModuleGate> devices = new HashMap<>();

  private ModuleGate device(String agent) {
    return devices.computeIfAbsent(
        agent, a -> new ModuleGate(modules.computeIfAbsent(a, b -> kernel.agent())));
  }

  @Override
  VcpuConfinement make(String agent) {
    return new GateConfinement(device(agent));
  }

  @Override
  List<Limit> limits() {
    return List.of(Limit.toTokens(1), Limit.toTokens(2));
  }

  /** The module gates a VM's vCPUs: here, the threads that were named. */
  @Override
  Limit observed(long pid, long thread) {
    int tokens = vcpus.vcpus().contains(thread) || pid != process.pid() ? kernel.tokens(pid) : 0;
    return tokens == 0 ? Limit.NONE : Limit.toTokens(tokens);
  }

  @Override
  List<String> remains(String agent) {
    List<String> remains = new ArrayList<>();
    device(agent).processes().forEach(gated -> remains.add("behind a gate: " + gated));
    ColoModule module = modules.get(agent);
    if (remains.isEmpty() && module != null && module.attached() > 0) {
      remains.add("attached");
    }
    return remains;
  }
}
