package dev.hacolo.bed.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.host.KvmProbe;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("two-node")
class KvmProbeTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  void anAcceleratorThatRunsGuestsIsFoundToDoSo() {
    assertThat(KvmProbe.runs("qemu-system-x86_64", directory, "tcg")).isTrue();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anAcceleratorThatDoesNotExistRunsNone() {
    assertThat(KvmProbe.runs("qemu-system-x86_64", directory, "xen")).isFalse();
    assertThat(KvmProbe.runs("/bin/false", directory, "kvm")).isFalse();
  }
}
