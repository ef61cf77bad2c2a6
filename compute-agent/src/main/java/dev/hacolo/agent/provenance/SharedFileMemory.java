package dev.hacolo.agent.provenance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Guest RAM that is a shared file or memfd, read through a descriptor of that file (pread(2)). Not
 * mapped: reading a hole of a mapped memfd allocates the page, Java 17 cannot unmap, so that a dead
 * guest's RAM would stay until a garbage collection, and a failing page would be a signal instead
 * of an error.
 *
 * <p>The file outlives QEMU. So it is asked for its life after each read, as in {@link
 * ProcessMemory}.
 */
public final class SharedFileMemory implements GuestMemory {
  private final List<Part> parts;
  private final List<RamRange> ranges;
  private final LiveProcess process;
  private volatile boolean closed;

  /** A mapping that is RAM: where it is in QEMU, and the file behind it. */
  private record Part(RamRange range, FileChannel file, long position) {}

  private SharedFileMemory(LiveProcess process, List<RamRange> ranges, List<Part> parts) {
    this.process = process;
    this.ranges = ranges;
    this.parts = parts;
  }

  /**
   * Opens the files behind the ranges, by /proc/PID/map_files. Blocking, short; needs
   * CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN. To be called while the monitor that told the ranges is
   * still connected.
   *
   * @param mappings of the process, from {@link Mapping#parse} of /proc/PID/maps
   * @throws IOException if a range is not shared or a file cannot be opened
   */
  public static SharedFileMemory open(long pid, List<RamRange> ranges, List<Mapping> mappings)
      throws IOException {
    LiveProcess process = new LiveProcess(Math.toIntExact(pid));
    SharedFileMemory memory = new SharedFileMemory(process, List.copyOf(ranges), new ArrayList<>());
    try {
      for (RamRange range : ranges) {
        memory.open(range, mappings);
      }
      return memory;
    } catch (IOException e) {
      memory.close();
      throw e;
    }
  }

  private void open(RamRange range, List<Mapping> mappings) throws IOException {
    long at = range.address();
    for (Mapping mapping : mappings) {
      if (mapping.shared() && mapping.start() <= at && at < mapping.end() && at < range.end()) {
        long end = Math.min(mapping.end(), range.end());
        Path path = Path.of(mapping.file(process.pid));
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        parts.add(
            new Part(new RamRange(at, end - at), file, mapping.offset() + at - mapping.start()));
        at = end;
      }
    }
    if (at != range.end()) {
      throw new IOException("no shared file behind %s from 0x%x on".formatted(range, at));
    }
  }

  @Override
  public List<RamRange> ranges() {
    return ranges;
  }

  @Override
  public MemoryReader open() {
    return new Reader();
  }

  @Override
  public synchronized boolean alive() {
    return !closed && process.alive();
  }

  @Override
  public synchronized void close() {
    closed = true;
    process.close();
    for (Part part : parts) {
      try {
        part.file().close();
      } catch (IOException e) {
        // Nothing was written; the descriptor is gone all the same.
      }
    }
  }

  private final class Reader implements MemoryReader {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_READ);
    private boolean shut;

    @Override
    public boolean read(Extents extents, int from, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(from, length, extents.total());
      Objects.checkFromIndexSize(at, length, into.length);
      buffer.clear();
      int extent = length == 0 ? 0 : extents.at(from);
      for (int done = 0; done < length; extent++) {
        int skip = from + done - extents.start(extent);
        int part = Math.min(extents.length(extent) - skip, length - done);
        if (!fill(extents.address(extent) + skip, part)) {
          return false;
        }
        done += part;
      }
      return take(into, at, length);
    }

    @Override
    public boolean read(long address, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(at, length, into.length);
      buffer.clear();
      return fill(address, length) && take(into, at, length);
    }

    private boolean take(byte[] into, int at, int length) {
      if (!alive()) {
        return false;
      }
      buffer.get(0, into, at, length);
      return true;
    }

    /** Reads behind what the buffer holds. A range may have been mapped in parts. */
    private boolean fill(long address, int length) {
      int done = 0;
      while (done < length) {
        int part = fillFromOne(address + done, length - done);
        if (part <= 0) {
          return false;
        }
        done += part;
      }
      return true;
    }

    private int fillFromOne(long address, int length) {
      if (shut || closed || length > buffer.capacity() - buffer.position()) {
        return 0;
      }
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        if (part.range().contains(address, 1)) {
          int size = (int) Math.min(length, part.range().end() - address);
          buffer.limit(buffer.position() + size);
          int read = read(part, part.position() + address - part.range().address());
          buffer.limit(buffer.capacity());
          return read;
        }
      }
      return 0;
    }

    private int read(Part part, long position) {
      try {
        return part.file().read(buffer, position);
      } catch (IOException e) {
        return 0;
      }
    }

    @Override
    public void close() {
      shut = true;
    }
  }
}
