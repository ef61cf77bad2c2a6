package dev.hacolo.agent.allocation;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.hacolo.agent.domain.StepException;
import java.util.Collection;
import java.util.Map;

/** sched_setaffinity(2), by JNA's direct mapping. Sizes are those of a 64-bit system. */
final class AffinityCalls {
  private static final int WORDS = 128;
  private static final int ESRCH = 3;

  static {
    Native.register(
        AffinityCalls.class,
        NativeLibrary.getInstance("c", Map.of(Library.OPTION_ALLOW_OBJECTS, false)));
  }

  private AffinityCalls() {}

  private static native int sched_setaffinity(int thread, long bytes, long[] mask)
      throws LastErrorException;

  /** Sets the CPUs of a thread; the kernel takes those of them that its cpuset has. */
  static void set(long thread, Collection<Integer> cpus) {
    long[] mask = new long[WORDS];
    cpus.forEach(cpu -> mask[cpu / Long.SIZE] |= 1L << (cpu % Long.SIZE));
    try {
      sched_setaffinity((int) thread, (long) WORDS * Long.BYTES, mask);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == ESRCH) {
        throw Effect.ended(thread);
      }
      throw new StepException(
          "vCPU thread %d cannot be bound to CPUs %s: %s"
              .formatted(thread, CpuList.format(cpus), e.getMessage()));
    }
  }
}
