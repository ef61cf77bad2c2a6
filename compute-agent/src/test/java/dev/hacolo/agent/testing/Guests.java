package dev.hacolo.agent.testing;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import java.util.List;
import java.util.UUID;

/** Guests for tests. */
public final class Guests {
  private static final Nic NET0 =
      new Nic("net0", "virtio-net-pci", "52:54:00:00:00:01", "04", "tap0", "br0");
  private static final Nic NET1 =
      new Nic("net1", "e1000", "52:54:00:00:00:02", "05", "tap1", "br1");
  private static final Disk VD0 = new Disk("vd0", "06", "raw", 1 << 20);
  private static final Disk VD1 = new Disk("vd1", "07", "qcow2", 2 << 20);

  private Guests() {}

  /** One NIC, one disk. */
  public static GuestDescription small(UUID uuid) {
    return of(uuid, null, List.of(NET0), List.of(VD0));
  }

  /** Two NICs, two disks, direct kernel boot. */
  public static GuestDescription large(UUID uuid) {
    GuestDescription.Boot boot =
        new GuestDescription.Boot("/boot/vmlinuz", "/boot/initrd", "console=ttyS0 quiet");
    return of(uuid, boot, List.of(NET0, NET1), List.of(VD0, VD1));
  }

  private static GuestDescription of(
      UUID uuid,
      GuestDescription.@org.jspecify.annotations.Nullable Boot boot,
      List<Nic> nics,
      List<Disk> disks) {
    return new GuestDescription(
        uuid, "g", "pc-i440fx-7.2", "tcg", "qemu64", 2, 65_536, boot, nics, disks);
  }

  /** Ports of a secondary. */
  public static SecondaryEndpoints endpoints(GuestDescription guest) {
    List<NicPorts> nics = guest.nics().stream().map(n -> new NicPorts(n.id(), 7003, 7004)).toList();
    return new SecondaryEndpoints("192.0.2.2", 7001, 7002, 0, nics);
  }
}
