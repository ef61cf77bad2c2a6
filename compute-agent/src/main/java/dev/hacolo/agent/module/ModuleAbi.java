package dev.hacolo.agent.module;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes of the device's requests: version {@value #ABI} of kvm-module/include/uapi/ha_colo.h. A
 * constant {@code STRUCT_FIELD} is the offset of that field, {@code STRUCT_SIZE} the size, both in
 * bytes; the test compares each with the header. What is not named here is reserved and 0.
 */
final class ModuleAbi {
  static final String DEVICE = "/dev/ha_colo";
  static final int ABI = 1;
  static final int MAGIC = 0x4f4c4f43;
  static final int MAX_VCPUS = 1024;
  static final int MIN_SLICE_US = 500;
  static final int MAX_SLICE_US = 1_000_000;

  static final int FEATURE_DIRTY = 1;
  static final int FEATURE_GATE = 2;

  static final int INFO_SIZE = 32;
  static final int INFO_ABI = 0;
  static final int INFO_FEATURES = 4;

  static final int ATTACH_SIZE = 64;
  static final int ATTACH_VM_FD = 0;
  static final int ATTACH_FLAGS = 4;
  static final int ATTACH_GFNS = 8;
  static final int ATTACH_HALF_BYTES = 16;
  static final int ATTACH_MAP_BYTES = 24;

  static final int HEADER_SIZE = 128;
  static final int HEADER_MAGIC = 0;
  static final int HEADER_ABI = 4;
  static final int HEADER_GFNS = 8;
  static final int HEADER_HALF_BYTES = 16;
  static final int HEADER_HALF_OFFSET = 24;
  static final int HEADER_EPOCH = 40;
  static final int HEADER_OUTSIDE = 48;

  static final int ROTATE_SIZE = 64;
  static final int ROTATE_EPOCH = 0;
  static final int ROTATE_DIRTY = 8;
  static final int ROTATE_MARKS = 16;
  static final int ROTATE_OUTSIDE = 24;
  static final int ROTATE_LOGGED = 32;

  static final int GATE_SIZE = 32;
  static final int GATE_TOKENS = 0;
  static final int GATE_SLICE_US = 4;
  static final int GATE_BOUND_US = 8;
  static final int GATE_FLAGS = 12;

  static final int STAT_SIZE = 200;
  static final int STAT_EPOCH = 0;
  static final int STAT_GFNS = 8;
  static final int STAT_MARKS = 16;
  static final int STAT_OUTSIDE = 24;
  static final int STAT_ROTATIONS = 32;
  static final int STAT_VM_ALIVE = 40;
  static final int STAT_VCPUS = 44;
  static final int STAT_TOKENS = 48;
  static final int STAT_HELD = 52;
  static final int STAT_MOST_HELD = 56;
  static final int STAT_WAITING = 60;
  static final int STAT_ACQUIRED = 64;
  static final int STAT_WAITS = 72;
  static final int STAT_WAIT_NS = 80;
  static final int STAT_LONGEST_WAIT_NS = 88;
  static final int STAT_HALTS = 96;
  static final int STAT_EXITS = 104;
  static final int STAT_SPINS = 112;
  static final int STAT_REVOCATIONS = 120;
  static final int STAT_PUT_OFF = 128;
  static final int STAT_LET_BY = 136;

  private static final int WRITE = 1;
  private static final int READ = 2;

  static final int REQUEST_INFO = request(READ, 0x00, INFO_SIZE);
  static final int REQUEST_ATTACH = request(READ | WRITE, 0x01, ATTACH_SIZE);
  static final int REQUEST_ROTATE = request(READ, 0x02, ROTATE_SIZE);
  static final int REQUEST_GATE = request(WRITE, 0x03, GATE_SIZE);
  static final int REQUEST_STAT = request(READ, 0x04, STAT_SIZE);

  private ModuleAbi() {}

  /** As {@code _IOC} of asm-generic/ioctl.h, which x86 and arm64 use. */
  private static int request(int direction, int number, int size) {
    return direction << 30 | size << 16 | 0xb9 << 8 | number;
  }

  /** A structure of zeros outside of the heap, in the byte order of the machine. */
  static ByteBuffer struct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
