package dev.hacolo.agent.module;

/** Names of errors, for sentences. */
final class Errno {
  private Errno() {}

  /** "EBUSY (16)", or the number alone. */
  static String name(int errno) {
    String name =
        switch (errno) {
          case KernelCalls.EPERM -> "EPERM";
          case KernelCalls.ENOENT -> "ENOENT";
          case KernelCalls.ESRCH -> "ESRCH";
          case KernelCalls.ENXIO -> "ENXIO";
          case KernelCalls.EBADF -> "EBADF";
          case KernelCalls.ENOMEM -> "ENOMEM";
          case KernelCalls.EACCES -> "EACCES";
          case KernelCalls.EBUSY -> "EBUSY";
          case KernelCalls.EEXIST -> "EEXIST";
          case KernelCalls.ENODEV -> "ENODEV";
          case KernelCalls.EINVAL -> "EINVAL";
          case KernelCalls.ENOTTY -> "ENOTTY";
          case KernelCalls.ENOSPC -> "ENOSPC";
          case KernelCalls.ENOSYS -> "ENOSYS";
          case KernelCalls.EOPNOTSUPP -> "EOPNOTSUPP";
          default -> "error";
        };
    return "%s (%d)".formatted(name, errno);
  }
}
