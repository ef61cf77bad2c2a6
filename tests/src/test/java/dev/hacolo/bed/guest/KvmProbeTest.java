package dev.hacolo.bed.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("two-node")
class KvmProbeTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  void anAcceleratorThatRunsGuestsIsFoundToDoSo() {
    assertThat(new KvmProbe("qemu-system-x86_64", directory).runsGuests("tcg")).isTrue();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anAcceleratorThatDoesNotExistRunsNone() {
    assertThat(new KvmProbe("qemu-system-x86_64", directory).runsGuests("xen")).isFalse();
    assertThat(new KvmProbe("/bin/false", directory).runsGuests("kvm")).isFalse();
  }
}
