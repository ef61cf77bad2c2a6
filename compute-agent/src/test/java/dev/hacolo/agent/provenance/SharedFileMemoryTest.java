package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileMemoryTest extends GuestMemoryContract {
  @TempDir private Path directory = Path.of("/");
  private @Nullable MemoryChild child;

  private MemoryChild child() {
    if (child == null) {
      throw new IllegalStateException("not started");
    }
    return child;
  }

  @Override
  GuestMemory start() throws IOException {
    Path file = directory.resolve("ram");
    Files.write(file, new byte[MemoryChild.BYTES]);
    child = new MemoryChild(file);
    assertThat(Mapping.allShared(child.ranges().get(0), child.mappings())).isTrue();
    return SharedFileMemory.open(child.pid(), child.ranges(), child.mappings());
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
  void privateMemoryIsRefused() throws IOException {
    try (MemoryChild other = new MemoryChild()) {
      List<Mapping> mappings = other.mappings();
      assertThat(Mapping.allShared(other.ranges().get(0), mappings)).isFalse();
      assertThatThrownBy(() -> SharedFileMemory.open(other.pid(), other.ranges(), mappings))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no shared file");
    }
  }

  @Test
  void mappingsAreReadFromProc() {
    String maps =
        """
        55d0c8a00000-55d0c8b00000 r-xp 00001000 fe:00 1234                       /usr/bin/qemu
        7f33f4000000-7f33f7fff000 rw-s 00000000 00:01 2052                       /memfd:m (deleted)
        7f33f7fff000-7f33fbfff000 rw-p 00000000 00:00 0
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
        nonsense
        """;
    assertThat(Mapping.parse(maps))
        .containsExactly(
            new Mapping(0x55d0c8a00000L, 0x55d0c8b00000L, false, 0x1000),
            new Mapping(0x7f33f4000000L, 0x7f33f7fff000L, true, 0),
            new Mapping(0x7f33f7fff000L, 0x7f33fbfff000L, false, 0));
    assertThat(new Mapping(0x1000, 0x2000, true, 0).file(7))
        .isEqualTo("/proc/7/map_files/1000-2000");
  }
}
