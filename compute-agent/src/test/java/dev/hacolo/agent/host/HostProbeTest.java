package dev.hacolo.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.guard.NoGuard;
import dev.hacolo.agent.guard.OutputGuard;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.FakeModule;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.Scripts;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.identity.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostProbeTest {
  private static final OutputGuard GUARD = new NoGuard("no BPF here");

  private final FakeModule kernel = new FakeModule();
  private final ColoModule module = kernel.agent();
  private AgentConfig.ModuleUse use = AgentConfig.ModuleUse.AUTO;
  private static final String COLO = "echo colo-compare; echo filter-rewriter";

  private final Path directory;
  private final AgentConfig base;

  HostProbeTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    base = AgentConfigs.of(directory, new TestCa(directory, "ca"), "a");
  }

  private HostProbe.Found probe(String version, String objects, int kvmStatus, String accelerator)
      throws Exception {
    String body =
        "case \"$1\" in --version) echo \"%s\";; -object) %s;; *) exit %d;; esac\n"
            .formatted(version, objects, kvmStatus);
    Path qemu = Scripts.write(directory.resolve("qemu"), body);
    return new HostProbe(config(qemu.toString(), accelerator), module, GUARD).qemu();
  }

  private AgentConfig config(String qemu, String accelerator) {
    return new AgentConfig(
        base.host(),
        base.tls(),
        base.network(),
        base.peer(),
        base.lease(),
        base.watchdog(),
        base.driver(),
        base.paths(),
        new AgentConfig.Qemu(qemu, "qemu-img", accelerator, true, Duration.ofMinutes(1)),
        base.allocation(),
        use,
        false);
  }

  @Test
  void aGoodQemuWithWorkingKvm() throws Exception {
    HostProbe.Found found = probe("QEMU emulator version 7.2.22 (Debian)", COLO, 85, "auto");
    assertThat(found.problems()).isEmpty();
    assertThat(found.capabilities().qemuVersion()).isEqualTo("7.2.22");
    assertThat(found.capabilities().accelerator()).isEqualTo("kvm");
  }

  @Test
  void withoutWorkingKvmTcgIsTakenUnlessKvmWasAskedFor() throws Exception {
    assertThat(probe("QEMU emulator version 8.0", COLO, 1, "auto").capabilities().accelerator())
        .isEqualTo("tcg");
    Files.delete(directory.resolve("qemu"));
    HostProbe.Found wanted = probe("QEMU emulator version 10.0.13", COLO, 1, "kvm");
    assertThat(wanted.problems())
        .containsExactly(
            "/dev/kvm does not run guests here: enable virtualisation or set qemu.accelerator=tcg");
    Files.delete(directory.resolve("qemu"));
    assertThat(probe("QEMU emulator version 8.0", COLO, 85, "tcg").capabilities().accelerator())
        .isEqualTo("tcg");
  }

  @Test
  void anOldQemuIsNamedWithWhatIsNeeded() throws Exception {
    assertThat(probe("QEMU emulator version 6.2.0", COLO, 85, "auto").problems())
        .containsExactly("QEMU 6.2.0 is too old: 7.2 or newer is needed");
  }

  @Test
  void aQemuWithoutColoIsNamed() throws Exception {
    assertThat(probe("QEMU emulator version 7.2.1", "echo rng-builtin", 85, "auto").problems())
        .singleElement()
        .asString()
        .contains(
            "is built without COLO: install a QEMU configured with replication and colo-proxy");
  }

  @Test
  void somethingElseAndNothingAtAllAreNamed() throws Exception {
    assertThat(probe("busybox", COLO, 85, "auto").problems())
        .singleElement()
        .asString()
        .endsWith("its --version names no version");
    HostProbe.Found missing = new HostProbe(config("/no/such/qemu", "auto"), module, GUARD).qemu();
    assertThat(missing.problems())
        .singleElement()
        .asString()
        .contains("install it or correct its path");
    assertThat(missing.capabilities().qemuVersion()).isEmpty();
  }

  @Test
  void theReportSaysWhatOfTheModuleIsUsed() {
    assertThat(kernelModule())
        .isEqualTo("the bitmap of written pages: usable; the vCPU gate: usable");
    kernel.features = 1;
    assertThat(kernelModule())
        .isEqualTo(
            "the bitmap of written pages: usable; the vCPU gate: the kernel module ha_colo has no"
                + " hook for the vCPU gate in this kernel");
    kernel.errors.put("open", 2);
    assertThat(kernelModule())
        .isEqualTo("not used: there is no /dev/ha_colo: the kernel module ha_colo is not loaded");
  }

  private @Nullable String kernelModule() {
    return new HostProbe(config("/no/such/qemu", "auto"), module, GUARD)
        .qemu()
        .capabilities()
        .kernelModule();
  }

  @Test
  void aModuleThatIsRequiredAndCannotBeUsedIsAProblem() throws Exception {
    kernel.errors.put("open", 2);
    assertThat(probe("QEMU emulator version 8.0", COLO, 85, "auto").problems()).isEmpty();
    Files.delete(directory.resolve("qemu"));
    use = AgentConfig.ModuleUse.REQUIRED;
    assertThat(probe("QEMU emulator version 8.0", COLO, 85, "auto").problems())
        .containsExactly(
            "module.use is 'required', but there is no /dev/ha_colo: the kernel module ha_colo is"
                + " not loaded");
  }

  @Test
  void aModuleThatIsRequiredAndWorksIsNone() throws Exception {
    use = AgentConfig.ModuleUse.REQUIRED;
    assertThat(probe("QEMU emulator version 8.0", COLO, 85, "auto").problems()).isEmpty();
  }

  @Test
  void theReportSaysWhyTheKernelDoesNotGuardTheTaps() {
    HostReport.Capabilities found =
        new HostProbe(config("/no/such/qemu", "tcg"), module, GUARD).qemu().capabilities();
    assertThat(found.outputGuard()).isEqualTo("not used: no BPF here");
  }

  @Test
  void theCapacityIsThisHosts() {
    HostProbe probe = new HostProbe(config("/no/such/qemu", "tcg"), module, GUARD);
    assertThat(probe.capacity().cpus()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(probe.capacity().memoryFreeKib()).isPositive();
    assertThat(probe.capacity().diskFreeBytes()).isPositive();
  }
}
