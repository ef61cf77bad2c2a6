package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;

/**
 * How the outputs of a pair's VMs are compared. One object serves one session's VM, on the agent's
 * event loop. Every step can be repeated.
 */
public interface ProxyEngine {
  /** Secondary that waits for its state: opens the packet streams and puts the filters in. */
  Future<Void> prepareSecondary(ColoVm vm, SecondaryEndpoints endpoints);

  /** Primary: connects the packet streams and puts the filters in, without effect yet. */
  Future<Void> attachPrimary(ColoVm vm, SecondaryEndpoints endpoints);

  /** Primary in state colo: from now on outputs wait. */
  Future<Void> switchOn(ColoVm vm);

  /**
   * Primary after {@link #switchOn}: asks for the first checkpoint; completes when all that leaves
   * is covered by it or by what came after it.
   *
   * @param policy limits of the checkpoints from here on
   */
  Future<Void> firstCheckpoint(ColoVm vm, SessionPolicy policy, Cancellation cancellation);

  /** The primary is about to leave COLO: no checkpoint is asked for any more. */
  default void endCheckpoints() {}

  /**
   * Primary without a secondary: what waits leaves, and everything goes that only the pair needed.
   */
  Future<Void> detachPrimary(ColoVm vm);

  /** Secondary that has taken over, its taps still closed. */
  Future<Void> tookOver(ColoVm vm);

  /** Secondary that serves now, its taps open: what it sends reaches its network from here on. */
  Future<Void> serve(ColoVm vm);

  /**
   * Serving VM: takes out what it does not need any more, after what is on its way has arrived. To
   * be called again while {@link #isInPath}.
   */
  Future<Void> leave(ColoVm vm);

  /** Whether a serving VM's frames still pass through something of this engine. */
  boolean isInPath();

  /** Whether a chardev of ours in a serving VM is in use, so that cleaning up spares it. */
  boolean keeps(ColoVm vm, String chardev);

  /** Lets go of everything outside QEMU; the VM is dead or somebody else's. */
  void close();
}
