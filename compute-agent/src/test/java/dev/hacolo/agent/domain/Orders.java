package dev.hacolo.agent.domain;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.UUID;

/** Orders of one pair for tests. */
final class Orders {
  private static final UUID PAIR = new UUID(1, 1);
  private static final UUID INSTANCE = new UUID(2, 2);
  private static final GuestDescription GUEST =
      new GuestDescription(
          INSTANCE,
          "g",
          "pc",
          "tcg",
          "qemu64",
          1,
          65_536,
          null,
          List.of(new Nic("net0", "virtio-net-pci", "52:54:00:00:00:01", "04", "tap0", "br0")),
          List.of(new Disk("vd0", "05", "raw", 4096)));

  private Orders() {}

  static SessionOrder of(SessionTarget target, long generation) {
    return new SessionOrder(
        PAIR,
        INSTANCE,
        generation,
        target,
        new PeerAddress("peer", "192.0.2.2", 9702),
        GUEST,
        new SecondaryEndpoints("192.0.2.2", 1, 2, 0, List.of(new NicPorts("net0", 3, 4))),
        null);
  }
}
