package dev.hacolo.agent.driver;

import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Port to whatever starts and finds VMs on this host. Called on the agent's event loop; never
 * blocks it. Every change can be repeated. Failures are {@link
 * dev.hacolo.agent.domain.StepException}s with one sentence for a person.
 */
public interface GuestDriver {
  /**
   * Guests whose QEMU answers, secondaries excepted. Completes within a second or so even where a
   * QEMU hangs: that one is listed as it was last seen.
   */
  Future<List<HostReport.Guest>> guests();

  /** The open monitor of a guest that {@link #guests} lists; shared, do not close it. */
  Future<ColoVm> open(UUID instance);

  /** Starts a VM that waits for an incoming migration, with its disks and taps; taps are down. */
  Future<SecondaryVm> startSecondary(GuestDescription guest);

  /**
   * A secondary is about to be the only copy. From here on it is one of the {@link #guests} and
   * {@link #open} finds it, also after a restart of the agent.
   */
  Future<Void> promoting(ColoVm vm);

  /** Connects a secondary's taps to the network: its frames get out from here on. */
  Future<Void> openTaps(GuestDescription guest);

  /** Whether a guest was promoted here and {@link #adopt} is still to come. */
  Future<Boolean> isUnsettled(UUID instance);

  /** A promoted secondary whose disks are whole without overlays is an ordinary guest. */
  Future<Void> adopt(ColoVm vm);

  /**
   * Kills the instance's VM, whichever it is; completes when the process has ended, and fails if it
   * may still run.
   */
  Future<Void> kill(UUID instance);

  /** Kills the instance's secondary VM and removes its files. */
  Future<Void> removeSecondary(UUID instance);
}
