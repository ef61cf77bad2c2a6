package dev.hacolo.agent.module;

import java.nio.ByteBuffer;

/**
 * The module's figures of a VM, since the attach where they count.
 *
 * @param memory of the bitmap
 * @param alive whether some process has the VM open
 * @param vcpus of the VM
 * @param gate of the gate
 */
public record VmFigures(Memory memory, boolean alive, int vcpus, Gate gate) {
  /**
   * Of the bitmap.
   *
   * @param epoch the present one, from 1
   * @param pages guest pages that it covers, of 4 KiB
   * @param marks how often KVM noted a page
   * @param outside notes of pages that it does not cover
   * @param rotations epochs that have ended
   */
  public record Memory(long epoch, long pages, long marks, long outside, long rotations) {}

  /**
   * Of the gate.
   *
   * @param tokens in force; 0 without a gate
   * @param held by vCPUs at present
   * @param mostHeld at the same time, since the number of tokens was set
   * @param waiting vCPUs that wait at present
   * @param acquired tokens that vCPUs have got
   * @param waits how often one had to wait
   * @param waitNanos all waiting together, in nanoseconds
   * @param longestWaitNanos the longest, in nanoseconds
   * @param halts tokens given back because the vCPU halted
   * @param exits ... because it left KVM
   * @param spins ... because it spun on a lock
   * @param revocations ... because its slice was over
   * @param putOff revocations that were put off for the guest's kernel
   * @param letBy waits that a signal ended: no entry follows, KVM leaves KVM_RUN
   */
  public record Gate(
      int tokens,
      int held,
      int mostHeld,
      int waiting,
      long acquired,
      long waits,
      long waitNanos,
      long longestWaitNanos,
      long halts,
      long exits,
      long spins,
      long revocations,
      long putOff,
      long letBy) {}

  static VmFigures of(ByteBuffer struct) {
    Memory memory =
        new Memory(
            struct.getLong(ModuleAbi.STAT_EPOCH),
            struct.getLong(ModuleAbi.STAT_GFNS),
            struct.getLong(ModuleAbi.STAT_MARKS),
            struct.getLong(ModuleAbi.STAT_OUTSIDE),
            struct.getLong(ModuleAbi.STAT_ROTATIONS));
    return new VmFigures(
        memory,
        struct.getInt(ModuleAbi.STAT_VM_ALIVE) != 0,
        struct.getInt(ModuleAbi.STAT_VCPUS),
        gate(struct));
  }

  private static Gate gate(ByteBuffer struct) {
    return new Gate(
        struct.getInt(ModuleAbi.STAT_TOKENS),
        struct.getInt(ModuleAbi.STAT_HELD),
        struct.getInt(ModuleAbi.STAT_MOST_HELD),
        struct.getInt(ModuleAbi.STAT_WAITING),
        struct.getLong(ModuleAbi.STAT_ACQUIRED),
        struct.getLong(ModuleAbi.STAT_WAITS),
        struct.getLong(ModuleAbi.STAT_WAIT_NS),
        struct.getLong(ModuleAbi.STAT_LONGEST_WAIT_NS),
        struct.getLong(ModuleAbi.STAT_HALTS),
        struct.getLong(ModuleAbi.STAT_EXITS),
        struct.getLong(ModuleAbi.STAT_SPINS),
        struct.getLong(ModuleAbi.STAT_REVOCATIONS),
        struct.getLong(ModuleAbi.STAT_PUT_OFF),
        struct.getLong(ModuleAbi.STAT_LET_BY));
  }
}
