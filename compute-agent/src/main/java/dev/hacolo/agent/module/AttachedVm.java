package dev.hacolo.agent.module;

import dev.hacolo.agent.domain.StepException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A VM on its descriptor. Thread-safe: one call at a time, for a mapping that is gone must not be
 * read. Once closed, every call fails.
 */
final class AttachedVm {
  private final KernelCalls kernel;
  private final long process;
  private final int device;
  private final ByteBuffer map;
  private boolean closed;

  /** Leases that are out; guarded by the {@link ColoModule} that gave them. */
  int users;

  /** Takes over the descriptor and the mapping, whose header has been checked. */
  AttachedVm(KernelCalls kernel, long process, int device, ByteBuffer map) {
    this.kernel = kernel;
    this.process = process;
    this.device = device;
    this.map = map;
  }

  long process() {
    return process;
  }

  synchronized Rotation rotate() {
    ByteBuffer rotation = ModuleAbi.struct(ModuleAbi.ROTATE_SIZE);
    call(ModuleAbi.REQUEST_ROTATE, rotation, "a vCPU runs, so no epoch can end");
    return Rotation.of(rotation);
  }

  /** Only the last epoch that has ended is still there. */
  synchronized BitSet pages(long epoch) {
    open();
    if (map.getLong(ModuleAbi.HEADER_EPOCH) != epoch + 1) {
      throw new StepException("the pages of epoch %d are overwritten".formatted(epoch));
    }
    long half = map.getLong(ModuleAbi.HEADER_HALF_OFFSET + (int) (epoch % 2) * Long.BYTES);
    long gfns = map.getLong(ModuleAbi.HEADER_GFNS);
    return BitSet.valueOf(map.slice((int) half, (int) ((gfns + Byte.SIZE - 1) / Byte.SIZE)));
  }

  synchronized void gate(GateSetting setting) {
    call(ModuleAbi.REQUEST_GATE, setting.struct(), "the gate is busy");
  }

  synchronized VmFigures figures() {
    ByteBuffer figures = ModuleAbi.struct(ModuleAbi.STAT_SIZE);
    call(ModuleAbi.REQUEST_STAT, figures, "the module is busy");
    return VmFigures.of(figures);
  }

  /** Whether a QEMU still has this VM open: a process's number may be another one's by now. */
  synchronized boolean alive() {
    ByteBuffer figures = ModuleAbi.struct(ModuleAbi.STAT_SIZE);
    return !closed
        && kernel.ioctl(device, ModuleAbi.REQUEST_STAT, figures) >= 0
        && VmFigures.of(figures).alive();
  }

  private void open() {
    if (closed) {
      throw new StepException("process %d is not attached any more".formatted(process));
    }
  }

  private void call(int request, ByteBuffer struct, String busy) {
    open();
    int result = kernel.ioctl(device, request, struct);
    if (result < 0) {
      throw new StepException(
          switch (-result) {
            case KernelCalls.EBUSY -> "process %d: %s".formatted(process, busy);
            case KernelCalls.ENODEV -> "the VM of process %d has ended".formatted(process);
            case KernelCalls.EOPNOTSUPP ->
                "process %d: the kernel module ha_colo has no hook for that in this kernel"
                    .formatted(process);
            default ->
                "process %d: the kernel module ha_colo refuses request %d: %s"
                    .formatted(process, request & 0xff, Errno.name(-result));
          });
    }
  }

  /** With the last copy of the descriptor the gate is open again and the bitmap is gone. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      kernel.unmap(map);
      kernel.close(device);
    }
  }
}
