package dev.hacolo.agent.guard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The instructions of {@link DeadlineProgram} (Documentation/bpf/standardization/instruction-set
 * .rst): {@code if (bpf_ktime_get_boot_ns() < value[0]) return TC_ACT_UNSPEC; value[1]++; return
 * TC_ACT_SHOT;}. Other filters of the tap see what passes.
 */
final class DeadlineCode {
  /** Bytes of an instruction. */
  static final int INSTRUCTION = 8;

  private static final int LD_IMM64 = 0x18;
  private static final int PSEUDO_MAP_VALUE = 2;
  private static final int CALL = 0x85;
  private static final int KTIME_GET_BOOT_NS = 125;
  private static final int LOAD64 = 0x79;
  private static final int JUMP_SIGNED_LESS = 0xcd;
  private static final int MOVE_IMM = 0xb7;
  private static final int ATOMIC64 = 0xdb;
  private static final int EXIT = 0x95;
  private static final int ACT_UNSPEC = -1;
  private static final int ACT_SHOT = 2;
  private static final int COUNT = 11;

  private final ByteBuffer code = LinuxCalls.structure(COUNT * INSTRUCTION);

  private DeadlineCode() {}

  /** For a map of one value: the deadline, and the number of frames dropped. */
  static ByteBuffer of(int map) {
    DeadlineCode made = new DeadlineCode();
    made.add(LD_IMM64, 6, PSEUDO_MAP_VALUE, 0, map); // r6 = the value's address
    made.add(0, 0, 0, 0, 0);
    made.add(CALL, 0, 0, 0, KTIME_GET_BOOT_NS); // r0 = the time
    made.add(LOAD64, 1, 6, 0, 0); // r1 = the deadline
    made.add(JUMP_SIGNED_LESS, 0, 1, 4, 0);
    made.add(MOVE_IMM, 2, 0, 0, 1);
    made.add(ATOMIC64, 6, 2, Long.BYTES, 0); // add
    made.add(MOVE_IMM, 0, 0, 0, ACT_SHOT);
    made.add(EXIT, 0, 0, 0, 0);
    made.add(MOVE_IMM, 0, 0, 0, ACT_UNSPEC);
    made.add(EXIT, 0, 0, 0, 0);
    return made.code;
  }

  private void add(int operation, int destination, int source, int offset, int immediate) {
    boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
    int registers = little ? source << 4 | destination : destination << 4 | source;
    code.put((byte) operation).put((byte) registers).putShort((short) offset).putInt(immediate);
  }
}
