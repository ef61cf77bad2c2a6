package dev.hacolo.agent.provenance;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** RAM as Nova's guests have it. */
@Tag("two-node")
class QemuPrivateMemoryTest extends QemuMemoryContract {
  @Override
  QemuChild start(Path directory) throws IOException {
    return new QemuChild(directory);
  }

  @Override
  GuestMemory open(QemuChild qemu) {
    return ProcessMemory.open(qemu.pid(), qemu.ranges);
  }
}
