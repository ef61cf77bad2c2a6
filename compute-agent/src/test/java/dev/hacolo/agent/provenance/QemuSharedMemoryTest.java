package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** RAM in a memfd. */
@Tag("two-node")
class QemuSharedMemoryTest extends QemuMemoryContract {
  @Override
  QemuChild start(Path directory) throws IOException {
    return new QemuChild(
        directory,
        "-object",
        "memory-backend-memfd,id=ram0,size=64M,share=on",
        "-machine",
        "memory-backend=ram0");
  }

  @Override
  GuestMemory open(QemuChild qemu) throws IOException {
    assertThat(Mapping.allShared(qemu.ranges.get(0), qemu.mappings())).isTrue();
    return SharedFileMemory.open(qemu.pid(), qemu.ranges, qemu.mappings());
  }
}
