package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.FakeModule;
import dev.hacolo.agent.module.VmLease;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ModuleGateTest {
  private static final long QEMU = ProcessHandle.current().pid();
  private static final List<Long> VCPUS = List.of(101L, 102L);

  private final FakeModule kernel = new FakeModule();
  private final ColoModule module = kernel.agent();
  private final ModuleGate gate = new ModuleGate(module);

  @Test
  void tellsWhyThereIsNone() {
    kernel.errors.put("open", 2);
    assertThat(gate.unusable())
        .contains("there is no /dev/ha_colo: the kernel module ha_colo is not loaded");
    assertThat(new ModuleGate(ColoModule.off()).unusable()).contains("module.use is off");
  }

  @Test
  void gatesAllVcpusOrNone() {
    assertThatThrownBy(() -> gate.gate(QEMU, List.of(101L), 1))
        .isInstanceOf(StepException.class)
        .hasMessageContaining("has 2 vCPUs, and 1 threads were named");
    assertThat(kernel.attached()).isEmpty();
  }

  @Test
  void whatIsRefusedLeavesTheGateAsItWas() {
    gate.gate(QEMU, VCPUS, 2);
    kernel.errors.put("gate", 7);
    assertThatThrownBy(() -> gate.gate(QEMU, VCPUS, 1)).hasMessageContaining("7");
    assertThat(gate.gated(QEMU)).containsOnlyKeys(101L, 102L).containsValue(2);
    assertThatThrownBy(() -> gate.open(QEMU)).isInstanceOf(StepException.class);
    assertThatThrownBy(() -> gate.forget(QEMU)).isInstanceOf(StepException.class);
    kernel.errors.clear();
    gate.forget(QEMU);
    assertThat(kernel.attached()).isEmpty();
  }

  @Test
  void openingLeavesOtherUsersOfTheVmAttached() {
    VmLease bitmap = module.lease(QEMU);
    gate.gate(QEMU, VCPUS, 1);
    gate.open(QEMU);
    assertThat(kernel.tokens(QEMU)).isZero();
    assertThat(gate.gated(QEMU)).isEmpty();
    gate.forget(QEMU);
    assertThat(bitmap.alive()).isTrue();
    bitmap.close();
    assertThat(kernel.attached()).isEmpty();
  }

  @Test
  void aVmThatHasEndedIsBehindNoGate() {
    gate.gate(QEMU, VCPUS, 1);
    kernel.ended.add(QEMU);
    assertThat(gate.gated(QEMU)).isEmpty();
    gate.open(QEMU);
    gate.forget(QEMU);
    gate.forget(QEMU);
    assertThat(gate.processes()).isEmpty();
    assertThat(module.attached()).isZero();
  }

  @Test
  void anotherVmOfThatNumberGetsAGateOfItsOwn() {
    gate.gate(QEMU, VCPUS, 1);
    kernel.endVm(QEMU);
    gate.gate(QEMU, VCPUS, 2);
    assertThat(kernel.tokens(QEMU)).isEqualTo(2);
    gate.forget(QEMU);
    assertThat(kernel.attached()).isEmpty();
  }
}
