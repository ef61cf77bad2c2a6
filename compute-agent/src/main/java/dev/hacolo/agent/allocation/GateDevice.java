package dev.hacolo.agent.allocation;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel module's run tokens: as many vCPUs of a VM as have one may run, and a token is taken
 * back preferably from a vCPU that is halted or in user mode. One call at a time.
 */
interface GateDevice {
  /** Why it is not there; null if it is. */
  @Nullable String missing();

  /** Gives the vCPU threads of a process so many tokens, from now on. */
  void limit(long process, List<Long> threads, int tokens) throws IOException;

  /** The process's vCPUs need no tokens any more. */
  void open(long process) throws IOException;

  /** How many tokens there are for a process's vCPUs; 0 if they need none. */
  int tokens(long process) throws IOException;
}
