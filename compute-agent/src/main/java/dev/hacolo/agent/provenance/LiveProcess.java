package dev.hacolo.agent.provenance;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Hold on a process (pidfd_open(2), Linux 5.3): tells whether it still is the one whose number was
 * given, for a number is used again once a process has ended. Not thread-safe.
 */
final class LiveProcess implements AutoCloseable {
  private static final short POLLIN = 1;

  final int pid;
  private final ByteBuffer poll = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
  private final long pollAddress = Pointer.nativeValue(Native.getDirectBufferPointer(poll));
  private int descriptor;

  /**
   * Takes hold.
   *
   * @throws IllegalStateException if there is no such process
   */
  LiveProcess(int pid) {
    this.pid = pid;
    descriptor = LinuxCalls.pidfdOpen(pid);
    if (descriptor < 0) {
      throw new IllegalStateException("no process " + pid + ", or no pidfd_open(2)");
    }
    poll.putInt(0, descriptor).putShort(4, POLLIN);
  }

  /** Whether it has not ended. */
  boolean alive() {
    return descriptor >= 0 && LinuxCalls.poll(pollAddress, 1, 0) == 0;
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      LinuxCalls.close(descriptor);
      descriptor = -1;
    }
  }
}
