package dev.hacolo.agent.module;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * What this package asks of the kernel: the seam at which tests put a device of their own. Calls
 * give a negative errno where they fail, as the kernel does. Thread-safe.
 */
interface KernelCalls {
  int EPERM = 1;
  int ENOENT = 2;
  int ESRCH = 3;
  int ENXIO = 6;
  int EBADF = 9;
  int ENOMEM = 12;
  int EACCES = 13;
  int EBUSY = 16;
  int EEXIST = 17;
  int ENODEV = 19;
  int EINVAL = 22;
  int ENOTTY = 25;
  int ENOSPC = 28;
  int ENOSYS = 38;
  int EOPNOTSUPP = 95;

  /** open(2) for reading and writing, closed on exec: a descriptor. */
  int open(String path);

  /** pidfd_open(2): a descriptor. */
  int pidfdOpen(long process);

  /** pidfd_getfd(2): a descriptor of the caller for the same open file. */
  int pidfdGetfd(int pidfd, int descriptor);

  /**
   * Descriptors of a process that are KVM's VMs (links of /proc/PID/fd to {@code
   * anon_inode:kvm-vm}); none if it has ended, uses no KVM, or may not be looked into.
   */
  Set<Integer> virtualMachines(long process);

  /**
   * ioctl(2).
   *
   * @param argument a whole structure, direct; read and written as the request says
   */
  int ioctl(int descriptor, int request, ByteBuffer argument);

  /**
   * mmap(2) at offset 0, shared, for reading only.
   *
   * @param bytes at most what a buffer can hold
   */
  Mapped map(int descriptor, long bytes);

  /** munmap(2) of what {@link #map} gave. Nobody may read it any more: that would end the JVM. */
  void unmap(ByteBuffer mapped);

  /** close(2). */
  void close(int descriptor);

  /**
   * Outcome of a mapping.
   *
   * @param error 0 or an errno
   * @param bytes the mapping, read-only and in the machine's byte order; empty after an error
   */
  record Mapped(int error, ByteBuffer bytes) {}
}
