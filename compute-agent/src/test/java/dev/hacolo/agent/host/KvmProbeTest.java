package dev.hacolo.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.testing.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With scripts in the place of QEMU; the firmware itself runs in the tests on real parts. */
final class KvmProbeTest {
  private final Path directory;
  private final Path scratch;

  KvmProbeTest(@TempDir Path directory) {
    this.directory = directory;
    this.scratch = directory.resolve("scratch");
  }

  private boolean runs(String body) throws IOException {
    return KvmProbe.runsGuests(Scripts.write(directory.resolve("qemu"), body).toString(), scratch);
  }

  @ParameterizedTest
  @CsvSource({"exit 85,true", "exit 0,false", "exit 1,false", "kill -9 $$,false"})
  void onlyTheFirmwaresOwnStatusCounts(String body, boolean works) throws IOException {
    assertThat(runs(body + "\n")).isEqualTo(works);
    try (var left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aQemuThatIsMissingRunsNoGuest() {
    assertThat(KvmProbe.runsGuests("/no/such/qemu", scratch)).isFalse();
  }

  @Test
  void qemuIsGivenTheAcceleratorAndAFirmwareWithTheCodeAtTheResetVector() throws IOException {
    Path seen = directory.resolve("seen");
    String body =
        """
        echo "$*" > %1$s
        while [ "$1" != -bios ]; do shift; done
        cp "$2" %1$s.bin
        exit 85
        """
            .formatted(seen);
    assertThat(runs(body)).isTrue();
    assertThat(Files.readString(seen))
        .startsWith("-accel kvm -machine pc ")
        .contains("-nodefaults")
        .endsWith("-device isa-debug-exit,iobase=0xf4,iosize=0x1\n");
    byte[] image = Files.readAllBytes(Path.of(seen + ".bin"));
    assertThat(image).hasSize(64 << 10);
    assertThat(HexFormat.of().formatHex(Arrays.copyOfRange(image, image.length - 16, image.length)))
        .isEqualTo("66b900000002664975fcb02ae6f4f4f4");
  }
}
