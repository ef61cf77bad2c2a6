package dev.hacolo.agent.module;

import java.util.BitSet;

/**
 * The use of an attached VM by one part of the agent, until {@link #close}. Others may use the same
 * VM: who sets its gate and who ends its epochs is for the agent's parts to keep apart.
 * Thread-safe; each call blocks for one system call and fails with a {@link
 * dev.hacolo.agent.domain.StepException}, also after the VM's end.
 */
public final class VmLease implements AutoCloseable {
  private final ColoModule module;
  private final AttachedVm vm;
  private boolean closed;

  VmLease(ColoModule module, AttachedVm vm) {
    this.module = module;
    this.vm = vm;
  }

  /**
   * Ends an epoch of the bitmap and starts the next one. The VM must be paused, and must have been
   * until QEMU has cleared KVM's dirty log; see docs/adr/0010-what-the-bitmap-proves.md for what
   * the answer then says. Fails if a vCPU is seen to run.
   */
  public Rotation rotate() {
    return vm.rotate();
  }

  /**
   * Guest pages, by number, that vCPUs or KVM have written in the epoch that the last rotation has
   * ended. Copies: 32 KiB for each GiB of guest memory.
   *
   * @param epoch of that rotation; another one fails
   */
  public BitSet pages(long epoch) {
    return vm.pages(epoch);
  }

  /** Sets the gate of all vCPUs of the VM. */
  public void gate(GateSetting setting) {
    vm.gate(setting);
  }

  /** What the module tells of the VM. */
  public VmFigures figures() {
    return vm.figures();
  }

  /** Whether some process still has the VM open; false after {@link #close}. Never fails. */
  public boolean alive() {
    return vm.alive();
  }

  /** Gives the VM back; the last one detaches it, which opens its gate. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      module.giveBack(vm);
    }
  }
}
