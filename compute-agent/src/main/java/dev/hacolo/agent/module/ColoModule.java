package dev.hacolo.agent.module;

import dev.hacolo.agent.domain.StepException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel module as an agent sees it: one descriptor for each VM, shared by those who lease the
 * VM, for the module lets only one have it. The kernel closes them all if the agent dies.
 * Thread-safe; blocking, short.
 */
public final class ColoModule implements AutoCloseable {
  /** The module that is not to be used. */
  private static final String OFF = "module.use is off";

  private final @Nullable ModuleDevice device;
  private final Map<Long, AttachedVm> vms = new HashMap<>();

  private ColoModule(@Nullable ModuleDevice device) {
    this.device = device;
  }

  /** The module of this host, if it has it. Touches nothing yet. */
  public static ColoModule ofThisHost() {
    return on(new LinuxKernel());
  }

  /** For an agent that shall not use it. */
  public static ColoModule off() {
    return new ColoModule(null);
  }

  static ColoModule on(KernelCalls kernel) {
    return new ColoModule(new ModuleDevice(kernel));
  }

  /** Why a feature cannot be used, one sentence; empty if it can. Asks the device each time. */
  public Optional<String> unusable(Feature feature) {
    return device == null ? Optional.of(OFF) : device.unusable(feature);
  }

  /**
   * Attaches the VM of a QEMU, or joins those who have.
   *
   * @param process QEMU's process id
   * @throws StepException if that cannot be, with the reason
   */
  public synchronized VmLease lease(long process) {
    if (device == null) {
      throw new StepException(OFF);
    }
    AttachedVm vm = vms.get(process);
    if (vm != null && !vm.alive()) {
      vms.remove(process); // those who still have it find that out by themselves
      vm = null;
    }
    if (vm == null) {
      vm = device.attach(process);
      vms.put(process, vm);
    }
    vm.users++;
    return new VmLease(this, vm);
  }

  synchronized void giveBack(AttachedVm vm) {
    vm.users--;
    if (vm.users == 0) {
      vms.remove(vm.process(), vm);
      vm.close();
    }
  }

  /** VMs that are attached. */
  public synchronized int attached() {
    return vms.size();
  }

  /** Detaches every VM, whoever has it: all gates are open then. */
  @Override
  public synchronized void close() {
    vms.values().forEach(AttachedVm::close);
    vms.clear();
  }
}
