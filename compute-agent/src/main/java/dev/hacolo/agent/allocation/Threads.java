package dev.hacolo.agent.allocation;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;

/** Threads of other processes: proc(5), and sched_setaffinity(2) by JNA. */
final class Threads {
  private static final int MASK_BYTES = 128;
  private static final Path PROC = Path.of("/proc");

  static {
    Native.register(
        Threads.class, NativeLibrary.getInstance("c", Map.of(Library.OPTION_ALLOW_OBJECTS, false)));
  }

  private Threads() {}

  private static native int sched_setaffinity(int pid, long bytes, long mask);

  /** CPUs that a thread may use at present. */
  static SortedSet<Integer> allowed(long thread) throws IOException {
    return CpuLimit.cpus(status(thread, "Cpus_allowed_list:"));
  }

  /** Id of the process that a thread belongs to, which is that of its main thread. */
  static long process(long thread) throws IOException {
    return Long.parseLong(status(thread, "Tgid:"));
  }

  static boolean exists(long thread) {
    return Files.exists(PROC.resolve(Long.toString(thread)));
  }

  /** Lets a thread use some CPUs, less those that its cpuset does not allow. */
  static void allow(long thread, SortedSet<Integer> cpus) throws IOException {
    try (Memory mask = new Memory(MASK_BYTES)) {
      mask.clear();
      for (int cpu : cpus) {
        int at = cpu / Byte.SIZE;
        mask.setByte(at, (byte) (mask.getByte(at) | 1 << cpu % Byte.SIZE));
      }
      if (sched_setaffinity((int) thread, MASK_BYTES, com.sun.jna.Pointer.nativeValue(mask)) != 0) {
        throw new IOException(
            "thread %d cannot be bound to CPUs %s".formatted(thread, CpuLimit.list(cpus)));
      }
    }
  }

  private static String status(long thread, String field) throws IOException {
    try {
      return Files.readAllLines(PROC.resolve(Long.toString(thread)).resolve("status")).stream()
          .filter(line -> line.startsWith(field))
          .map(line -> line.substring(field.length()).strip())
          .findFirst()
          .orElseThrow(() -> new IOException("thread %d has no %s".formatted(thread, field)));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no thread %d any more".formatted(thread), e);
    }
  }
}
