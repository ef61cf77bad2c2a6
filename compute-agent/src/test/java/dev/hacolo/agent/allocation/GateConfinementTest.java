package dev.hacolo.agent.allocation;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

class GateConfinementTest extends VcpuConfinementContract {
  private @Nullable FakeGateDevice device;

  GateConfinementTest() throws IOException {}

  private FakeGateDevice device() {
    FakeGateDevice there = device;
    if (there == null) {
      there = new FakeGateDevice();
      device = there;
    }
    return there;
  }

  @Override
  VcpuConfinement again() {
    return new GateConfinement(device());
  }

  @Override
  int running() {
    int tokens = device().tokens(vm.main());
    return tokens == 0 ? vm.threads().size() : tokens;
  }
}
