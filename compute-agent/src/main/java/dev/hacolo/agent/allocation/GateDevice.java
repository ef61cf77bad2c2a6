package dev.hacolo.agent.allocation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel module's gate: a VM's vCPUs need a run token to be in the guest. Blocking; failures
 * are {@link dev.hacolo.agent.domain.StepException}. What it tells is the module's state, not the
 * caller's memory.
 */
public interface GateDevice {
  /** Why there is no gate here, one sentence; empty if there is one. */
  Optional<String> unusable();

  /**
   * Gives a VM so many run tokens, or changes their number.
   *
   * @param process QEMU's process id
   * @param vcpus threads that need a token; no others of the process do
   * @param tokens at least 1
   */
  void gate(long process, List<Long> vcpus, int tokens);

  /** Lets all vCPUs of a process run; nothing to do without a gate. Takes effect at once. */
  void open(long process);

  /**
   * Opens the gate and lets go of the VM, which may take tens of milliseconds: nothing for a
   * take-over to wait for. Nothing to do is fine.
   */
  void forget(long process);

  /** Tokens of the VM that a thread belongs to, for each thread that needs one. */
  Map<Long, Integer> gated(long process);

  /** Processes that this agent, or an earlier run of it, has put behind a gate. */
  Set<Long> processes();
}
