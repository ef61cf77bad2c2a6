package dev.hacolo.agent.allocation;

import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One means to confine the vCPU threads of a VM, and no other thread of it. Blocking: for worker
 * threads, one call at a time. Every method may be repeated. Threads are the host's thread ids; one
 * that does not exist makes a call fail with one sentence, except where limits are lifted.
 */
public interface VcpuConfinement {
  /** Which means it is. */
  VcpuAllocation.Level level();

  /** Why this machine does not offer it, found by trying; empty if it does. */
  Optional<String> unusable();

  /** Whether it can limit CPU time; if not, a limit's quota is without meaning here. */
  boolean knowsQuotas();

  /** Puts a limit into effect, or replaces the one that is. */
  void apply(UUID instance, List<Long> threads, CpuLimit limit) throws IOException;

  /**
   * Gives the threads back what the VM's main thread has. In place and so in milliseconds: what it
   * leaves behind limits nothing and is for {@link #clean}. Also for threads that this object never
   * confined.
   */
  void lift(UUID instance, List<Long> threads) throws IOException;

  /** A limit of this kind that is in effect, read back from the kernel, in words; or nothing. */
  Optional<String> inEffect(UUID instance, List<Long> threads) throws IOException;

  /** Removes what {@link #apply} has made beside the limit. */
  void clean(UUID instance) throws IOException;

  /** Lifts and removes whatever an earlier run of the agent has left. */
  void sweep() throws IOException;
}
