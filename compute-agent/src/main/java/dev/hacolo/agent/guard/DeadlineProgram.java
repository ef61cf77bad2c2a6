package dev.hacolo.agent.guard;

import com.sun.jna.LastErrorException;
import dev.hacolo.agent.domain.StepException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A BPF program that drops every frame after a deadline, and the memory that it shares with this
 * process. The kernel keeps both as long as a tap has the program. Moving the deadline is one store
 * of an absolute time: however late it is carried out, it opens nothing that should be closed.
 * Thread-safe.
 */
final class DeadlineProgram implements OutputGuard.Armed, AutoCloseable {
  private static final int MAP_CREATE = 0;
  private static final int PROG_LOAD = 5;
  private static final int PROG_TEST_RUN = 10;
  private static final int ATTRIBUTES = 128;
  private static final int MAP_TYPE_ARRAY = 2;
  private static final int MAP_MMAPABLE = 1 << 10;
  private static final int PROG_TYPE_SCHED_CLS = 3;

  private static final int VALUE = 16;
  private static final int DROPPED = 8;
  private static final int PAGE = 4096;
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final int map;
  private final int program;
  private final ByteBuffer shared;
  private boolean closed;

  private DeadlineProgram(int map, int program, ByteBuffer shared) {
    this.map = map;
    this.program = program;
    this.shared = shared;
  }

  /**
   * Loads it; no tap has it yet.
   *
   * @throws StepException if the kernel refuses it
   */
  static DeadlineProgram load(long until) {
    int map = checked(createMap(), "a BPF map");
    try {
      ByteBuffer shared = LinuxCalls.map(map, PAGE);
      LONG.setVolatile(shared, 0, until);
      int program = loadProgram(map);
      if (program < 0) {
        LinuxCalls.unmap(shared);
      }
      return new DeadlineProgram(map, checked(program, "a BPF program"), shared);
    } catch (StepException | LastErrorException e) {
      LinuxCalls.closeDescriptor(map);
      throw new StepException(String.valueOf(e.getMessage()));
    }
  }

  private static int checked(int result, String what) {
    if (result < 0) {
      throw new StepException("the kernel refuses %s (error %d)".formatted(what, -result));
    }
    return result;
  }

  private static int createMap() {
    ByteBuffer attributes = LinuxCalls.structure(ATTRIBUTES);
    attributes.putInt(MAP_TYPE_ARRAY).putInt(Integer.BYTES).putInt(VALUE).putInt(1);
    attributes.putInt(MAP_MMAPABLE);
    name(attributes, 28, "ha_colo_lease");
    return LinuxCalls.bpf(MAP_CREATE, attributes);
  }

  private static void name(ByteBuffer attributes, int at, String name) {
    attributes.position(at);
    attributes.put(name.getBytes(StandardCharsets.US_ASCII));
  }

  private static int loadProgram(int map) {
    ByteBuffer code = DeadlineCode.of(map);
    ByteBuffer license = LinuxCalls.structure(16);
    license.put("Apache-2.0".getBytes(StandardCharsets.US_ASCII));
    ByteBuffer attributes = LinuxCalls.structure(ATTRIBUTES);
    attributes.putInt(PROG_TYPE_SCHED_CLS).putInt(code.capacity() / DeadlineCode.INSTRUCTION);
    attributes.putLong(LinuxCalls.address(code)).putLong(LinuxCalls.address(license));
    name(attributes, 48, "ha_colo_lease");
    try {
      return LinuxCalls.bpf(PROG_LOAD, attributes);
    } finally {
      Reference.reachabilityFence(code);
      Reference.reachabilityFence(license);
    }
  }

  /** The descriptor by which a tap gets it. */
  int descriptor() {
    return program;
  }

  @Override
  public synchronized void until(long nanos) {
    if (!closed) {
      LONG.setVolatile(shared, 0, nanos);
    }
  }

  @Override
  public synchronized long dropped() {
    return closed ? 0 : (long) LONG.getVolatile(shared, DROPPED);
  }

  /**
   * Lets the kernel run the program on a frame again and again (BPF_PROG_TEST_RUN).
   *
   * @return mean nanoseconds for one frame
   */
  long measure(byte[] frame, int times) {
    ByteBuffer data = LinuxCalls.structure(frame.length);
    data.put(frame);
    ByteBuffer attributes = LinuxCalls.structure(ATTRIBUTES);
    attributes.putInt(0, program).putInt(8, frame.length).putLong(16, LinuxCalls.address(data));
    attributes.putInt(32, times);
    try {
      checked(LinuxCalls.bpf(PROG_TEST_RUN, attributes), "a test run");
    } finally {
      Reference.reachabilityFence(data);
    }
    return Integer.toUnsignedLong(attributes.getInt(36));
  }

  /** Lets go of it here; a tap that has it keeps it, with its last deadline. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LinuxCalls.unmap(shared);
      LinuxCalls.closeDescriptor(program);
      LinuxCalls.closeDescriptor(map);
    }
  }
}
