package dev.hacolo.agent.provenance;

import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Guest memory in two ranges with a gap between them. */
final class FakeGuestMemory implements GuestMemory {
  static final long BASE = 0x7f00_0000_0000L;
  static final long GAP = 0x10_0000L;

  final byte[] ram;
  private final int border;
  private volatile boolean closed;

  /** Reads fail from this on. */
  volatile boolean faulty;

  /** Pages in both ranges together; all zero. */
  FakeGuestMemory(int pages) {
    ram = new byte[pages * RamRange.PAGE];
    border = pages / 2 * RamRange.PAGE;
  }

  /** Fills it with noise. */
  FakeGuestMemory noise(Random random) {
    random.nextBytes(ram);
    return this;
  }

  /** Address of a byte of {@link #ram}. */
  long address(int at) {
    return at < border ? BASE + at : BASE + GAP + at;
  }

  int index(long address) {
    return (int) (address < BASE + border ? address - BASE : address - BASE - GAP);
  }

  void write(int at, byte[] data) {
    System.arraycopy(data, 0, ram, at, data.length);
  }

  @Override
  public List<RamRange> ranges() {
    return List.of(
        new RamRange(BASE, border), new RamRange(BASE + GAP + border, ram.length - border));
  }

  @Override
  public MemoryReader open() {
    return new Reader();
  }

  @Override
  public boolean alive() {
    return !closed && !faulty;
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Reader implements MemoryReader {
    private boolean shut;

    @Override
    public boolean read(Extents extents, int from, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(from, length, extents.total());
      Objects.checkFromIndexSize(at, length, into.length);
      int done = 0;
      while (done < length) {
        int extent = extents.at(from + done);
        int skip = from + done - extents.start(extent);
        int part = Math.min(extents.length(extent) - skip, length - done);
        if (!read(extents.address(extent) + skip, into, at + done, part)) {
          return false;
        }
        done += part;
      }
      return true;
    }

    @Override
    public boolean read(long address, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(at, length, into.length);
      boolean mapped = ranges().stream().anyMatch(r -> r.contains(address, length));
      if (shut || closed || faulty || !mapped) {
        return false;
      }
      System.arraycopy(ram, index(address), into, at, length);
      return true;
    }

    @Override
    public void close() {
      shut = true;
    }
  }
}
