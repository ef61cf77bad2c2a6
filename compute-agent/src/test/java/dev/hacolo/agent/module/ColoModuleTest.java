package dev.hacolo.agent.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.domain.StepException;
import java.time.Duration;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ColoModuleTest {
  private static final long QEMU = ProcessHandle.current().pid();

  private final FakeModule kernel = new FakeModule();
  private final FakeModule.Client client = kernel.new Client();
  private final ColoModule module = ColoModule.on(client);

  @AfterEach
  void nothingStaysOpen() {
    module.close();
    assertThat(client.descriptors()).isZero();
    assertThat(kernel.attached()).isEmpty();
  }

  @Test
  void isUsableWhereTheDeviceSaysSo() {
    assertThat(module.unusable(Feature.DIRTY)).isEmpty();
    assertThat(module.unusable(Feature.GATE)).isEmpty();
    kernel.features = ModuleAbi.FEATURE_DIRTY;
    assertThat(module.unusable(Feature.DIRTY)).isEmpty();
    assertThat(module.unusable(Feature.GATE))
        .contains("the kernel module ha_colo has no hook for the vCPU gate in this kernel");
    kernel.abi = 2;
    assertThat(module.unusable(Feature.DIRTY))
        .contains("the kernel module ha_colo has ABI 2, this agent needs 1");
    assertThatThrownBy(() -> module.lease(QEMU)).hasMessageContaining("ABI 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      textBlock =
          """
      open | 2 | there is no /dev/ha_colo: the kernel module ha_colo is not loaded
      open | 13 | /dev/ha_colo may not be opened: the agent needs root's device and CAP_SYS_ADMIN
      open | 1 | /dev/ha_colo may not be opened: the agent needs root's device and CAP_SYS_ADMIN
      open | 24 | /dev/ha_colo cannot be opened: error (24)
      info | 25 | /dev/ha_colo does not tell what it is: ENOTTY (25)
      """)
  void saysWhyTheDeviceCannotBeUsed(String call, int errno, String sentence) {
    kernel.errors.put(call, errno);
    assertThat(module.unusable(Feature.DIRTY)).contains(sentence);
    assertThatThrownBy(() -> module.lease(QEMU))
        .isInstanceOf(StepException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      textBlock =
          """
      pidfd_getfd | 1 | CAP_SYS_PTRACE
      pidfd_getfd | 38 | Linux 5.6
      pidfd_getfd | 3 | has ended
      pidfd_getfd | 9 | EBADF (9)
      attach | 17 | does a second agent run?
      attach | 19 | is about to end
      attach | 28 | max_bitmap_mib
      attach | 12 | no memory
      attach | 22 | EINVAL (22)
      mmap | 12 | cannot be mapped: ENOMEM (12)
      """)
  void saysWhyAVmCannotBeAttached(String call, int errno, String part) {
    kernel.errors.put(call, errno);
    assertThatThrownBy(() -> module.lease(QEMU))
        .isInstanceOf(StepException.class)
        .hasMessageContaining(part);
    kernel.errors.clear();
    module.lease(QEMU).close();
  }

  @Test
  void saysIfQemuRunsWithoutKvmOrHasEnded() {
    kernel.withoutKvm.add(QEMU);
    assertThatThrownBy(() -> module.lease(QEMU)).hasMessageContaining("QEMU runs without KVM");
    kernel.ended.add(QEMU);
    assertThatThrownBy(() -> module.lease(QEMU)).hasMessage("process %d has ended".formatted(QEMU));
  }

  @Test
  void offIsAReasonToo() {
    ColoModule off = ColoModule.off();
    assertThat(off.unusable(Feature.GATE)).contains("module.use is off");
    assertThatThrownBy(() -> off.lease(QEMU)).hasMessage("module.use is off");
    off.close();
  }

  @Test
  void oneDescriptorServesAllWhoUseAVm() {
    VmLease gate = module.lease(QEMU);
    VmLease bitmap = module.lease(QEMU);
    assertThat(client.descriptors()).isEqualTo(1);
    gate.gate(GateSetting.of(1));
    gate.close();
    gate.close();
    assertThat(bitmap.figures().gate().tokens()).isEqualTo(1);
    bitmap.close();
    assertThat(kernel.attached()).isEmpty();
    assertThat(module.attached()).isZero();
  }

  @Test
  void aSecondAgentIsRefused() {
    ColoModule second = kernel.agent();
    VmLease first = module.lease(QEMU);
    assertThatThrownBy(() -> second.lease(QEMU)).hasMessageContaining("second agent");
    first.close();
    second.lease(QEMU).close();
  }

  @Test
  void theKernelDetachesADeadAgentsVms() {
    FakeModule.Client dying = kernel.new Client();
    ColoModule.on(dying).lease(QEMU).gate(GateSetting.of(1));
    assertThat(kernel.tokens(QEMU)).isEqualTo(1);
    dying.exit();
    assertThat(kernel.tokens(QEMU)).isZero();
    module.lease(QEMU).close();
  }

  @Test
  void anEpochEndsWithItsPages() {
    VmLease vm = module.lease(QEMU);
    kernel.write(QEMU, 7);
    kernel.write(QEMU, 7);
    kernel.write(QEMU, 999);
    kernel.write(QEMU, 1000);
    assertThat(vm.rotate()).isEqualTo(new Rotation(1, 2, 4, 1, FakeModule.PAGES));
    kernel.write(QEMU, 8);
    BitSet pages = vm.pages(1);
    assertThat(pages.stream()).containsExactly(7, 999);
    assertThat(vm.rotate().dirty()).isEqualTo(1);
    assertThat(vm.pages(2).stream()).containsExactly(8);
    assertThatThrownBy(() -> vm.pages(1)).hasMessage("the pages of epoch 1 are overwritten");
    assertThat(vm.figures().memory()).isEqualTo(new VmFigures.Memory(3, FakeModule.PAGES, 5, 1, 2));
  }

  @Test
  void noEpochEndsWhileAVcpuRuns() {
    VmLease vm = module.lease(QEMU);
    kernel.running = true;
    assertThatThrownBy(vm::rotate).hasMessageContaining("a vCPU runs");
    assertThat(vm.figures().memory().epoch()).isEqualTo(1);
  }

  @Test
  void setsTheGate() {
    VmLease vm = module.lease(QEMU);
    vm.gate(new GateSetting(3, Duration.ofMillis(4), Duration.ofMillis(1)));
    assertThat(kernel.tokens(QEMU)).isEqualTo(3);
    assertThat(kernel.times(QEMU)).isEqualTo("4000/1000");
    vm.gate(GateSetting.OPEN);
    assertThat(vm.figures().gate().tokens()).isZero();
    kernel.features = ModuleAbi.FEATURE_DIRTY;
    assertThatThrownBy(() -> vm.gate(GateSetting.of(1))).hasMessageContaining("no hook");
    assertThatThrownBy(() -> new GateSetting(1, Duration.ofNanos(499_999), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GateSetting.of(1025)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVmThatHasEndedSaysSo() {
    VmLease vm = module.lease(QEMU);
    assertThat(vm.alive()).isTrue();
    kernel.ended.add(QEMU);
    assertThat(vm.alive()).isFalse();
    assertThatThrownBy(vm::rotate).hasMessageContaining("has ended");
    assertThatThrownBy(() -> module.lease(QEMU)).hasMessageContaining("has ended");
    vm.close();
    assertThatThrownBy(vm::figures).hasMessageContaining("not attached any more");
    assertThat(vm.alive()).isFalse();
  }

  @Test
  void aNumberThatIsUsedAgainIsAnotherVm() {
    VmLease dead = module.lease(QEMU);
    kernel.endVm(QEMU);
    VmLease living = module.lease(QEMU);
    living.gate(GateSetting.of(1));
    assertThat(dead.alive()).isFalse();
    dead.close();
    assertThat(living.figures().gate().tokens()).isEqualTo(1);
    living.close();
  }

  @Test
  void closingDetachesWhatIsStillLeased() {
    VmLease vm = module.lease(QEMU);
    vm.gate(GateSetting.of(1));
    module.close();
    assertThat(kernel.attached()).isEmpty();
    assertThatThrownBy(vm::rotate).hasMessageContaining("not attached any more");
    vm.close();
  }
}
