package dev.hacolo.agent.module;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The kernel itself, by JNA's direct mapping. Numbers are those of 64-bit Linux. */
final class LinuxKernel implements KernelCalls {
  /** The same numbers on every architecture. */
  private static final long PIDFD_OPEN = 434;

  private static final long PIDFD_GETFD = 438;

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final String VM = "anon_inode:kvm-vm";

  static {
    Native.register(
        LinuxKernel.class,
        NativeLibrary.getInstance("c", Map.of(Library.OPTION_ALLOW_OBJECTS, false)));
  }

  private static native int open(String path, int flags) throws LastErrorException;

  private static native int ioctl(int descriptor, long request, long argument)
      throws LastErrorException;

  private static native long syscall(long number, long first, long second, long third)
      throws LastErrorException;

  private static native Pointer mmap(
      long address, long length, int protection, int flags, int descriptor, long offset)
      throws LastErrorException;

  private static native int munmap(long address, long length) throws LastErrorException;

  /** Apart from the interface's method, which hides the error. */
  private static final class Closing {
    static {
      Native.register(
          Closing.class,
          NativeLibrary.getInstance("c", Map.of(Library.OPTION_ALLOW_OBJECTS, false)));
    }

    private Closing() {}

    static native int close(int descriptor);
  }

  private interface Call {
    long make();
  }

  /** A call's result, or its errno with a minus. */
  private static int result(Call call) {
    try {
      return (int) call.make();
    } catch (LastErrorException e) {
      return -e.getErrorCode();
    }
  }

  @Override
  public int open(String path) {
    return result(() -> open(path, O_RDWR | O_CLOEXEC));
  }

  @Override
  public int pidfdOpen(long process) {
    return result(() -> syscall(PIDFD_OPEN, process, 0, 0));
  }

  @Override
  public int pidfdGetfd(int pidfd, int descriptor) {
    return result(() -> syscall(PIDFD_GETFD, pidfd, descriptor, 0));
  }

  @Override
  public Set<Integer> virtualMachines(long process) {
    Set<Integer> found = new TreeSet<>();
    Path directory = Path.of("/proc/%d/fd".formatted(process));
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory)) {
      for (Path link : links) {
        if (isVm(link)) {
          found.add(Integer.parseInt(link.getFileName().toString()));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It has ended, or belongs to somebody else: what was found so far tells.
    }
    return found;
  }

  /** A descriptor may be closed while the directory is read. */
  private static boolean isVm(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().equals(VM);
    } catch (IOException e) {
      return false;
    }
  }

  /** The request is an unsigned int in a long. */
  @Override
  public int ioctl(int descriptor, int request, ByteBuffer argument) {
    long address = Pointer.nativeValue(Native.getDirectBufferPointer(argument));
    try {
      return result(() -> ioctl(descriptor, Integer.toUnsignedLong(request), address));
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  @Override
  public Mapped map(int descriptor, long bytes) {
    try {
      Pointer address = mmap(0, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
      ByteBuffer mapped = address.getByteBuffer(0, bytes).asReadOnlyBuffer();
      return new Mapped(0, mapped.order(ByteOrder.nativeOrder()));
    } catch (LastErrorException e) {
      return new Mapped(e.getErrorCode(), ByteBuffer.allocate(0));
    }
  }

  @Override
  public void unmap(ByteBuffer mapped) {
    long address = Pointer.nativeValue(Native.getDirectBufferPointer(mapped));
    int unused = result(() -> munmap(address, mapped.capacity()));
  }

  @Override
  public void close(int descriptor) {
    int unused = Closing.close(descriptor);
  }
}
