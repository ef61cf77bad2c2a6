package dev.hacolo.agent.provenance;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a QEMU process, read by process_vm_readv(2): any guest, however its RAM is allocated.
 * Needs the same user or CAP_SYS_PTRACE. A body in many pages is one call. After each read the
 * process is asked whether it lives, so what was read is never that of another one with its number.
 *
 * <p>Reading RAM that a guest has never touched costs no memory if it is private (the zero page),
 * but allocates it if it is shared: for those guests take {@link SharedFileMemory}.
 */
public final class ProcessMemory implements GuestMemory {
  private final List<RamRange> ranges;
  private final LiveProcess process;
  private volatile boolean closed;

  private ProcessMemory(LiveProcess process, List<RamRange> ranges) {
    this.process = process;
    this.ranges = ranges;
  }

  /**
   * Takes hold of a process. To be called while the monitor that told the ranges is still
   * connected, so that the number is QEMU's.
   *
   * @throws IllegalStateException if the process has ended or cannot be read
   */
  public static ProcessMemory open(long pid, List<RamRange> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no memory");
    }
    ProcessMemory memory =
        new ProcessMemory(new LiveProcess(Math.toIntExact(pid)), List.copyOf(ranges));
    try (MemoryReader reader = memory.open()) {
      if (!reader.read(ranges.get(0).address(), new byte[1], 0, 1)) {
        memory.close();
        throw new IllegalStateException(
            "memory of process %d cannot be read: CAP_SYS_PTRACE is needed".formatted(pid));
      }
    }
    return memory;
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
  }

  private final class Reader implements MemoryReader {
    private static final int VECTOR = 16;
    private static final int MAX_EXTENTS = MAX_READ / RamRange.PAGE + 2;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_READ);
    private final ByteBuffer vectors =
        ByteBuffer.allocateDirect((MAX_EXTENTS + 1) * VECTOR).order(ByteOrder.nativeOrder());
    private final long bufferAddress = address(buffer);
    private final long vectorAddress = address(vectors);
    private @Nullable LiveProcess held = hold();
    private int count;

    private @Nullable LiveProcess hold() {
      if (!alive()) {
        return null;
      }
      LiveProcess own = new LiveProcess(process.pid);
      // The number was not used again before it was held: the first hold tells.
      if (alive()) {
        return own;
      }
      own.close();
      return null;
    }

    private static long address(ByteBuffer direct) {
      return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    @Override
    public boolean read(Extents extents, int from, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(from, length, extents.total());
      Objects.checkFromIndexSize(at, length, into.length);
      count = 0;
      int extent = length == 0 ? 0 : extents.at(from);
      for (int done = 0; done < length; extent++) {
        int skip = from + done - extents.start(extent);
        int part = Math.min(extents.length(extent) - skip, length - done);
        if (!add(extents.address(extent) + skip, part)) {
          return false;
        }
        done += part;
      }
      return copy(into, at, length);
    }

    @Override
    public boolean read(long address, byte[] into, int at, int length) {
      Objects.checkFromIndexSize(at, length, into.length);
      count = 0;
      return add(address, length) && copy(into, at, length);
    }

    /** The vector at 0 is the local one. */
    private boolean add(long address, int length) {
      if (count == MAX_EXTENTS || !isRam(address, length)) {
        return false;
      }
      count++;
      vectors.putLong(count * VECTOR, address).putLong(count * VECTOR + 8, length);
      return true;
    }

    private boolean isRam(long address, int length) {
      for (int i = 0; i < ranges.size(); i++) {
        if (ranges.get(i).contains(address, length)) {
          return true;
        }
      }
      return false;
    }

    private boolean copy(byte[] into, int at, int length) {
      LiveProcess own = held;
      if (own == null || closed || length > MAX_READ) {
        return false;
      }
      vectors.putLong(0, bufferAddress).putLong(8, length);
      long read =
          LinuxCalls.process_vm_readv(own.pid, vectorAddress, 1, vectorAddress + VECTOR, count, 0);
      if (read != length || !own.alive()) {
        return false;
      }
      buffer.get(0, into, at, length);
      return true;
    }

    @Override
    public void close() {
      LiveProcess own = held;
      held = null;
      if (own != null) {
        own.close();
      }
    }
  }
}
