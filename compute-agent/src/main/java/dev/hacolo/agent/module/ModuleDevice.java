package dev.hacolo.agent.module;

import dev.hacolo.agent.domain.StepException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * The device of the module. What goes wrong is one sentence that says what to do, if there is
 * something. Thread-safe; blocking, short.
 */
final class ModuleDevice {
  private final KernelCalls kernel;

  ModuleDevice(KernelCalls kernel) {
    this.kernel = kernel;
  }

  /** Why a feature cannot be used; empty if it can. Opens the device for a moment. */
  Optional<String> unusable(Feature feature) {
    try {
      int device = open();
      try {
        int features = features(device);
        return (features & feature.bit) != 0
            ? Optional.empty()
            : Optional.of(
                "the kernel module ha_colo has no hook for %s in this kernel"
                    .formatted(feature.title()));
      } finally {
        kernel.close(device);
      }
    } catch (StepException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private int open() {
    int device = kernel.open(ModuleAbi.DEVICE);
    if (device < 0) {
      throw new StepException(
          switch (-device) {
            case KernelCalls.ENOENT, KernelCalls.ENXIO, KernelCalls.ENODEV ->
                "there is no %s: the kernel module ha_colo is not loaded"
                    .formatted(ModuleAbi.DEVICE);
            case KernelCalls.EPERM, KernelCalls.EACCES ->
                "%s may not be opened: the agent needs root's device and CAP_SYS_ADMIN"
                    .formatted(ModuleAbi.DEVICE);
            default -> "%s cannot be opened: %s".formatted(ModuleAbi.DEVICE, Errno.name(-device));
          });
    }
    return device;
  }

  /** Fails unless the module speaks this ABI. */
  private int features(int device) {
    ByteBuffer info = ModuleAbi.struct(ModuleAbi.INFO_SIZE);
    int result = kernel.ioctl(device, ModuleAbi.REQUEST_INFO, info);
    if (result < 0) {
      throw new StepException(
          "%s does not tell what it is: %s".formatted(ModuleAbi.DEVICE, Errno.name(-result)));
    }
    int abi = info.getInt(ModuleAbi.INFO_ABI);
    if (abi != ModuleAbi.ABI) {
      throw new StepException(
          "the kernel module ha_colo has ABI %s, this agent needs %d"
              .formatted(Integer.toUnsignedString(abi), ModuleAbi.ABI));
    }
    return info.getInt(ModuleAbi.INFO_FEATURES);
  }

  /**
   * Attaches the VM of a QEMU.
   *
   * @throws StepException if that cannot be; then nothing is left open
   */
  AttachedVm attach(long process) {
    int device = open();
    try {
      features(device);
      ByteBuffer attached = attach(device, process);
      return new AttachedVm(kernel, process, device, map(device, attached));
    } catch (RuntimeException e) {
      kernel.close(device);
      throw e;
    }
  }

  private ByteBuffer attach(int device, long process) {
    int vm = vmOf(process);
    try {
      ByteBuffer attach = ModuleAbi.struct(ModuleAbi.ATTACH_SIZE);
      attach.putInt(ModuleAbi.ATTACH_VM_FD, vm);
      int result = kernel.ioctl(device, ModuleAbi.REQUEST_ATTACH, attach);
      if (result < 0) {
        throw new StepException(refusal(process, -result));
      }
      return attach;
    } finally {
      // A descriptor of ours would keep a VM alive whose QEMU has ended.
      kernel.close(vm);
    }
  }

  private static String refusal(long process, int errno) {
    return switch (errno) {
      case KernelCalls.EEXIST ->
          "the VM of process %d is attached by another descriptor of %s: does a second agent run?"
              .formatted(process, ModuleAbi.DEVICE);
      case KernelCalls.ENODEV -> "the VM of process %d is about to end".formatted(process);
      case KernelCalls.ENOSPC ->
          "the VM of process %d is refused: the bitmaps would exceed the module's max_bitmap_mib"
              .formatted(process);
      case KernelCalls.ENOMEM ->
          "the kernel has no memory for the bitmap of process %d".formatted(process);
      default ->
          "the VM of process %d cannot be attached: %s".formatted(process, Errno.name(errno));
    };
  }

  /** The pidfd comes first, so that what is read of the process is not another one's. */
  private int vmOf(long process) {
    int pidfd = kernel.pidfdOpen(process);
    if (pidfd < 0) {
      throw new StepException(
          pidfd == -KernelCalls.ESRCH
              ? "process %d has ended".formatted(process)
              : "pidfd_open(2) of process %d: %s".formatted(process, Errno.name(-pidfd)));
    }
    try {
      Set<Integer> candidates = kernel.virtualMachines(process);
      if (candidates.isEmpty()) {
        throw new StepException(
            "process %d has no VM of KVM that this agent can see: QEMU runs without KVM, has ended"
                    .formatted(process)
                + " or belongs to another user");
      }
      return copy(pidfd, process, candidates.iterator().next());
    } finally {
      kernel.close(pidfd);
    }
  }

  private int copy(int pidfd, long process, int descriptor) {
    int vm = kernel.pidfdGetfd(pidfd, descriptor);
    if (vm < 0) {
      throw new StepException(
          switch (-vm) {
            case KernelCalls.EPERM ->
                "the VM of process %d is not given: the agent needs CAP_SYS_PTRACE"
                    .formatted(process);
            case KernelCalls.ENOSYS ->
                "this kernel has no pidfd_getfd(2): Linux 5.6 or newer is needed";
            case KernelCalls.ESRCH -> "process %d has ended".formatted(process);
            default -> "pidfd_getfd(2) of process %d: %s".formatted(process, Errno.name(-vm));
          });
    }
    return vm;
  }

  private ByteBuffer map(int device, ByteBuffer attached) {
    long bytes = attached.getLong(ModuleAbi.ATTACH_MAP_BYTES);
    if (bytes < ModuleAbi.HEADER_SIZE || bytes > Integer.MAX_VALUE) {
      throw new StepException("the module offers a bitmap of %d bytes".formatted(bytes));
    }
    KernelCalls.Mapped mapped = kernel.map(device, bytes);
    if (mapped.error() != 0) {
      throw new StepException(
          "the module's bitmap cannot be mapped: %s".formatted(Errno.name(mapped.error())));
    }
    try {
      check(mapped.bytes(), attached);
      return mapped.bytes();
    } catch (RuntimeException e) {
      kernel.unmap(mapped.bytes());
      throw e;
    }
  }

  /** Nothing is read at an offset that has not passed here. */
  private static void check(ByteBuffer map, ByteBuffer attached) {
    long half = map.getLong(ModuleAbi.HEADER_HALF_BYTES);
    boolean right =
        map.getInt(ModuleAbi.HEADER_MAGIC) == ModuleAbi.MAGIC
            && map.getInt(ModuleAbi.HEADER_ABI) == ModuleAbi.ABI
            && map.getLong(ModuleAbi.HEADER_GFNS) == attached.getLong(ModuleAbi.ATTACH_GFNS)
            && half == attached.getLong(ModuleAbi.ATTACH_HALF_BYTES)
            && half >= map.getLong(ModuleAbi.HEADER_GFNS) / Byte.SIZE;
    for (int i = 0; right && i < 2; i++) {
      long at = map.getLong(ModuleAbi.HEADER_HALF_OFFSET + i * Long.BYTES);
      right = at >= ModuleAbi.HEADER_SIZE && at <= map.capacity() - half;
    }
    if (!right) {
      throw new StepException("the header of the module's bitmap contradicts what it has told");
    }
  }
}
