package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One means to confine vCPU threads. Every call blocks, most of them for less than a millisecond,
 * those that move threads for up to some ten milliseconds: call it on a worker thread. Calls for
 * different instances may overlap, those for one may not. What confines a thread is found out from
 * the kernel, not from memory: a restarted agent lifts what the last one limited.
 */
public interface VcpuConfinement {
  /** Its name in the status. */
  VcpuAllocation.Level level();

  /**
   * Why this machine does not offer it, one sentence; empty if it does. Found out by confining the
   * calling thread for a moment.
   */
  Optional<String> unusable();

  /**
   * What gives a secondary M of its N vCPUs by this means.
   *
   * @param vcpus N, at least 1
   * @param active M, 1 to N
   */
  CorePlan plan(CorePlan.Room room, int vcpus, int active);

  /**
   * Confines the threads, or changes their limit in place, and reads it back.
   *
   * @param limit not {@link Limit#NONE}, and of the kind that {@link #plan} gives
   * @throws StepException if a thread has ended, the kernel refuses or something else is in force
   *     afterwards; part of it may then be in force, so {@link #lift} and {@link #clean} must
   *     follow
   */
  void apply(VcpuThreads threads, Limit limit);

  /** What is in force for each thread, as the kernel tells; without threads that have ended. */
  Map<Long, Limit> inForce(VcpuThreads threads);

  /**
   * Gives the threads everything that their process may use, in place, and reads it back: fast,
   * below a millisecond as a rule. Threads that were never confined, or have ended, are fine.
   *
   * @throws StepException if a limit is still in force
   */
  void lift(VcpuThreads threads);

  /**
   * Removes what this object's {@link #apply} made for an instance besides the limit. Slower than
   * {@link #lift}; threads that are still confined are freed.
   *
   * @throws StepException if something is left
   */
  void clean(UUID instance);

  /**
   * Lifts every limit that an earlier run of this agent left, and cleans up behind it; also where
   * {@link #unusable} has a reason. Not for use while instances are confined.
   *
   * @throws StepException if something is left
   */
  void sweep();
}
