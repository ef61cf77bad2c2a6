package dev.hacolo.bed.guest;

import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.common.api.GuestDescription;
import java.util.List;
import java.util.UUID;

/**
 * The demo's guest, and variations of it for tests.
 *
 * @param memoryKib RAM in KiB
 * @param vcpus vCPUs
 * @param diskBytes size of its one disk
 */
public record GuestBlueprint(long memoryKib, int vcpus, long diskBytes) {
  /** Where its services listen. */
  public static final String ADDRESS = "10.77.0.10";

  /** 256 MiB of RAM, one vCPU, a disk of 64 MiB. */
  public static final GuestBlueprint DEFAULT = new GuestBlueprint(256 * 1024, 1, 64L << 20);

  /** Describes a guest for this machine. */
  public GuestDescription describe(UUID uuid, Emulator emulator, GuestImage image) {
    return describe(uuid, emulator, image, 1);
  }

  /** Describes a guest whose memcached has some number of threads. */
  public GuestDescription describe(
      UUID uuid, Emulator emulator, GuestImage image, int memcachedThreads) {
    return describe(uuid, emulator, image, memcachedThreads, ADDRESS);
  }

  /** The same at an address of its own on the clients' LAN, 10.77.0.2 to 10.77.0.254. */
  public GuestDescription describe(
      UUID uuid, Emulator emulator, GuestImage image, int memcachedThreads, String address) {
    GuestDescription.Boot boot =
        new GuestDescription.Boot(
            image.kernel().toString(),
            image.initrd().toString(),
            "console=ttyS0 quiet panic=-1 ha.ip=%s/24 ha.memcached_threads=%d %s"
                .formatted(address, memcachedThreads, emulator.kernelParameters()));
    return new GuestDescription(
        uuid,
        "guest-" + uuid.toString().substring(0, 8),
        emulator.machine(),
        emulator.accelerator(),
        emulator.cpu(),
        vcpus,
        memoryKib,
        boot,
        List.of(
            new GuestDescription.Nic(
                "net0",
                "virtio-net-pci",
                "52:54:00:%s:%s:%s"
                    .formatted(
                        uuid.toString().substring(0, 2),
                        uuid.toString().substring(2, 4),
                        uuid.toString().substring(4, 6)),
                "04",
                "tap" + uuid.toString().substring(0, 11),
                TwoNodeNetwork.GUEST_BRIDGE)),
        List.of(new GuestDescription.Disk("vda", "05", "raw", diskBytes)));
  }
}
