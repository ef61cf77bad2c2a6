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
  /** Guests whose QEMU answers, secondaries excepted. */
  Future<List<HostReport.Guest>> guests();

  /** The open monitor of a guest that {@link #guests} lists; shared, do not close it. */
  Future<ColoVm> open(UUID instance);

  /** Starts a VM that waits for an incoming migration, with its disks and taps; taps are down. */
  Future<SecondaryVm> startSecondary(GuestDescription guest);

  /** Connects a secondary's taps to the network: its frames get out from here on. */
  Future<Void> openTaps(GuestDescription guest);

  /**
   * A promoted secondary is a guest of this host from here on. Its disks are whole only together
   * with their overlays until {@link #settled}: nothing may start from them.
   */
  Future<Void> adopt(SecondaryVm vm);

  /** The overlays of an adopted guest are committed and out of use. */
  Future<Void> settled(GuestDescription guest);

  /** Kills the instance's VM, whichever it is; completes when the process has ended. */
  Future<Void> kill(UUID instance);

  /** Kills the instance's secondary VM and removes its files. */
  Future<Void> removeSecondary(UUID instance);
}
