package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;

/**
 * What a running QEMU calls the host's side of a guest's devices. The two QEMUs of a pair may
 * differ in that; the ids of the devices themselves are the same.
 */
public interface Backends {
  /** Id of the netdev behind a NIC. */
  String netdev(Nic nic);

  /** Name of the format node behind a disk: the whole image, without overlays of ours. */
  String node(Disk disk);
}
