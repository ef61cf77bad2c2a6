package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest extends GuestMemoryContract {
  private @Nullable MemoryChild child;

  private MemoryChild child() {
    if (child == null) {
      throw new IllegalStateException("not started");
    }
    return child;
  }

  @Override
  GuestMemory start() throws IOException {
    child = new MemoryChild();
    return ProcessMemory.open(child.pid(), child.ranges());
  }

  @Override
  void write(int at, byte[] bytes) {
    child().write(at, bytes);
  }

  @Override
  void kill() {
    child().kill();
  }

  @Test
  void opensOnlyWhatIsThere() {
    List<RamRange> nowhere = List.of(new RamRange(0, 4096));
    int pid = child().pid();
    assertThatIllegalStateException().isThrownBy(() -> ProcessMemory.open(pid, nowhere));
    assertThatIllegalArgumentException().isThrownBy(() -> ProcessMemory.open(pid, List.of()));
    List<RamRange> ranges = child().ranges();
    kill();
    assertThatIllegalStateException().isThrownBy(() -> ProcessMemory.open(pid, ranges));
  }
}
