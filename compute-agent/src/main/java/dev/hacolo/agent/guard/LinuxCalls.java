package dev.hacolo.agent.guard;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * The system calls behind the guard, by JNA's direct mapping. Numbers are those of 64-bit Linux.
 * Calls give a negative errno where they fail. Thread-safe.
 */
final class LinuxCalls {
  static final int ENOENT = 2;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;

  static {
    Native.register(
        LinuxCalls.class,
        NativeLibrary.getInstance("c", Map.of(Library.OPTION_ALLOW_OBJECTS, false)));
  }

  private LinuxCalls() {}

  private static native long syscall(long number, long command, long attributes, long size)
      throws LastErrorException;

  private static native Pointer mmap(
      long address, long length, int protection, int flags, int descriptor, long offset)
      throws LastErrorException;

  private static native int munmap(long address, long length);

  private static native int socket(int domain, int type, int protocol) throws LastErrorException;

  private static native int setsockopt(int socket, int level, int name, long value, int length)
      throws LastErrorException;

  private static native long send(int socket, long bytes, long length, int flags)
      throws LastErrorException;

  private static native long recv(int socket, long bytes, long length, int flags)
      throws LastErrorException;

  private static native int if_nametoindex(String name);

  private static native int close(int descriptor);

  private interface Call {
    long make();
  }

  private static int result(Call call) {
    try {
      return (int) call.make();
    } catch (LastErrorException e) {
      return -e.getErrorCode();
    }
  }

  /** A zeroed structure to be filled. */
  static ByteBuffer structure(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Where a direct buffer begins; whoever passes it on keeps the buffer alive. */
  static long address(ByteBuffer direct) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
  }

  /** bpf(2); the machine's number for it must be known. */
  static int bpf(int command, ByteBuffer attributes) {
    long number =
        switch (System.getProperty("os.arch", "")) {
          case "amd64", "x86_64" -> 321;
          case "aarch64" -> 280;
          default -> -1;
        };
    try {
      return number < 0
          ? -ENOSYS
          : result(() -> syscall(number, command, address(attributes), attributes.capacity()));
    } finally {
      Reference.reachabilityFence(attributes);
    }
  }

  /** Maps the values of a map that allows it. */
  static ByteBuffer map(int descriptor, int bytes) throws LastErrorException {
    Pointer at = mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
    return at.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
  }

  static void unmap(ByteBuffer mapped) {
    int unused = munmap(address(mapped), mapped.capacity());
  }

  /** A socket for rtnetlink whose answers are awaited for 2 s at most. */
  static int routeSocket() {
    int socket = result(() -> socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
    if (socket >= 0) {
      ByteBuffer time = structure(16).putLong(0, 2);
      try {
        int unused = result(() -> setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, address(time), 16));
      } finally {
        Reference.reachabilityFence(time);
      }
    }
    return socket;
  }

  static int send(int socket, ByteBuffer bytes) {
    try {
      return result(() -> send(socket, address(bytes), bytes.limit(), 0));
    } finally {
      Reference.reachabilityFence(bytes);
    }
  }

  static int receive(int socket, ByteBuffer into) {
    try {
      return result(() -> recv(socket, address(into), into.capacity(), 0));
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  /** Number of a network device in this namespace, 0 if there is none of the name. */
  static int index(String device) {
    return if_nametoindex(device);
  }

  static void closeDescriptor(int descriptor) {
    int unused = close(descriptor);
  }
}
