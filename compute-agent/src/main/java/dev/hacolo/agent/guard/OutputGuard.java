package dev.hacolo.agent.guard;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Closes the taps of a VM by itself at a deadline. What it has put up outlives the agent on
 * purpose: then the deadline passes and nobody moves it. Blocking, some milliseconds; thread-safe.
 */
public interface OutputGuard {
  /** Why this host cannot do it, one sentence; empty if it can. */
  Optional<String> unusable();

  /**
   * From now on every frame, ARP included, that the VM sends after the deadline is dropped. A guard
   * of the instance that is there is replaced.
   *
   * @param taps names of the VM's taps
   * @param until first deadline, nanoseconds of CLOCK_BOOTTIME
   * @throws dev.hacolo.agent.domain.StepException if that cannot be, with the reason; then nothing
   *     is guarded
   */
  Armed arm(UUID instance, List<String> taps, long until);

  /**
   * Takes away what an agent of this host, this one or an earlier one, has put up for the instance.
   * Nothing there is as good; a tap that is gone has taken its guard along.
   *
   * @throws dev.hacolo.agent.domain.StepException if it stays, with the reason
   */
  void lift(UUID instance);

  /** Instances for which something is up, whoever has put it there. */
  Set<UUID> armed();

  /** The deadline of one VM. Its methods neither block nor fail; thread-safe. */
  interface Armed {
    /** Moves the deadline, nanoseconds of CLOCK_BOOTTIME. */
    void until(long nanos);

    /** Frames dropped so far. */
    long dropped();
  }
}
