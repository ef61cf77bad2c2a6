package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;

/** The names that the guest's description gives. */
enum DescribedBackends implements Backends {
  /** The only one. */
  NAMES;

  @Override
  public String netdev(Nic nic) {
    return nic.netdev();
  }

  @Override
  public String node(Disk disk) {
    return disk.node();
  }
}
