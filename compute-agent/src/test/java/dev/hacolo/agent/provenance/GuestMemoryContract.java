package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link GuestMemory} does. The first range has 32 pages at least. */
abstract class GuestMemoryContract {
  private static final int PAGE = RamRange.PAGE;

  private final byte[] data = Bed.noise(new Random(1), 3 * PAGE);
  private GuestMemory memory = new FakeGuestMemory(2);
  private MemoryReader reader = memory.open();
  private long base;

  abstract GuestMemory start() throws IOException;

  /** Changes the guest's memory, at an offset in the first range. */
  abstract void write(int at, byte[] bytes);

  /** The guest's process ends. */
  abstract void kill();

  @BeforeEach
  final void open() throws IOException {
    memory = start();
    reader = memory.open();
    base = memory.ranges().get(0).address();
  }

  @AfterEach
  final void closeAll() {
    reader.close();
    memory.close();
    kill();
  }

  @Test
  void readsWhatIsThereNow() {
    byte[] into = new byte[data.length + 2];
    write(100, data);
    assertThat(reader.read(base + 100, into, 1, data.length)).isTrue();
    assertThat(Arrays.copyOfRange(into, 1, data.length + 1)).isEqualTo(data);
    assertThat(into[0]).isZero();
    write(100, new byte[] {42});
    assertThat(reader.read(base + 100, into, 1, 1)).isTrue();
    assertThat(into[1]).isEqualTo((byte) 42);
  }

  @Test
  void readsAnyPartOfABodyInManyPages() {
    write(PAGE * 9 - 100, Arrays.copyOf(data, 100));
    write(PAGE * 20, Arrays.copyOfRange(data, 100, 100 + PAGE));
    write(PAGE * 3, Arrays.copyOfRange(data, 100 + PAGE, 200 + PAGE));
    Extents extents =
        Extents.of(
            new long[] {base + PAGE * 9 - 100, base + PAGE * 20, base + PAGE * 3},
            new int[] {100, PAGE, 100});
    byte[] into = new byte[200 + PAGE];
    for (int from = 0; from < into.length; from += 51) {
      for (int length = 0; from + length <= into.length; length += 500) {
        assertThat(reader.read(extents, from, into, from, length)).isTrue();
        assertThat(Arrays.copyOfRange(into, from, from + length))
            .isEqualTo(Arrays.copyOfRange(data, from, from + length));
      }
    }
  }

  @Test
  void readsAllThatItSaysIsRam() {
    byte[] into = new byte[MemoryReader.MAX_READ];
    for (RamRange range : memory.ranges()) {
      for (long at = range.address(); at < range.end(); at += into.length) {
        int length = (int) Math.min(into.length, range.end() - at);
        assertThat(reader.read(at, into, 0, length)).isTrue();
      }
    }
  }

  @Test
  void whatIsNoRamIsNotRead() {
    RamRange last = memory.ranges().get(memory.ranges().size() - 1);
    byte[] into = new byte[2 * PAGE];
    assertThat(reader.read(last.end() - PAGE, into, 0, PAGE)).isTrue();
    assertThat(reader.read(last.end() - PAGE, into, 0, PAGE + 1)).isFalse();
    assertThat(reader.read(last.end(), into, 0, 1)).isFalse();
    assertThat(reader.read(base - 1, into, 0, 1)).isFalse();
    assertThat(reader.read(0, into, 0, 1)).isFalse();
    assertThat(reader.read(-1, into, 0, 1)).isFalse();
    assertThat(reader.read(Long.MAX_VALUE, into, 0, 1)).isFalse();
    Extents extents = Extents.of(new long[] {base, last.end()}, new int[] {PAGE, PAGE});
    assertThat(reader.read(extents, 0, into, 0, 2 * PAGE)).isFalse();
  }

  @Test
  void partsThatAreNotThereAreTheCallersMistake() {
    Extents extents = Extents.of(base, 100);
    byte[] into = new byte[200];
    assertThatThrownBy(() -> reader.read(extents, 1, into, 0, 100))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.read(extents, 0, into, 101, 100))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.read(base, into, 0, 201))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void nothingIsReadOfADeadGuest() {
    byte[] into = new byte[10];
    assertThat(memory.alive()).isTrue();
    kill();
    assertThat(memory.alive()).isFalse();
    assertThat(reader.read(base, into, 0, 10)).isFalse();
    assertThat(reader.read(Extents.of(base, 10), 0, into, 0, 10)).isFalse();
    try (MemoryReader late = memory.open()) {
      assertThat(late.read(base, into, 0, 10)).isFalse();
    }
  }

  @Test
  void nothingIsReadAfterClosing() {
    byte[] into = new byte[10];
    reader.close();
    reader.close();
    assertThat(reader.read(base, into, 0, 10)).isFalse();
    MemoryReader other = memory.open();
    assertThat(other.read(base, into, 0, 10)).isTrue();
    memory.close();
    memory.close();
    assertThat(other.read(base, into, 0, 10)).isFalse();
    assertThat(memory.alive()).isFalse();
    other.close();
  }
}
