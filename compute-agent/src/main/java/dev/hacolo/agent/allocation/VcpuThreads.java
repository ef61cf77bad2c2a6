package dev.hacolo.agent.allocation;

import java.util.List;
import java.util.UUID;

/**
 * The vCPU threads of one VM.
 *
 * @param instance the VM's instance
 * @param process QEMU's process id, which is also its main thread's; that thread is never confined
 *     and tells what the process may use
 * @param vcpus thread ids, as {@code query-cpus-fast} names them
 */
public record VcpuThreads(UUID instance, long process, List<Long> vcpus) {
  /** Copies the list. */
  public VcpuThreads {
    vcpus = List.copyOf(vcpus);
  }
}
