package dev.hacolo.common.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a second host needs to start a VM into which this guest's state can be loaded: the
 * guest-visible hardware, and nothing that is local to a host (paths of disks, sockets).
 *
 * @param uuid the Nova instance's UUID
 * @param name a short name for people and for QEMU's {@code -name}
 * @param machine QEMU machine type, versioned (for example {@code pc-i440fx-7.2})
 * @param accelerator {@code kvm} or {@code tcg}; both hosts must use the same
 * @param cpu QEMU CPU model and flags, as for {@code -cpu}
 * @param vcpus number of vCPUs, 1 to 512
 * @param memoryKib guest RAM in KiB, at least 16 MiB
 * @param boot direct kernel boot, absent when the guest boots from its disk
 * @param nics network devices in PCI order
 * @param disks block devices in PCI order
 * @param domain libvirt's XML of the running domain, at most 64 Ki characters; absent when the
 *     guest is a plain QEMU process
 */
public record GuestDescription(
    UUID uuid,
    String name,
    String machine,
    String accelerator,
    String cpu,
    int vcpus,
    long memoryKib,
    @Nullable Boot boot,
    List<Nic> nics,
    List<Disk> disks,
    @Nullable String domain) {

  private static final int MAX_DOMAIN = 64 << 10;
  private static final Pattern ACCELERATOR = Pattern.compile("kvm|tcg");
  private static final Pattern CPU = Pattern.compile("[A-Za-z0-9._+,=-]{1,1024}");
  private static final Pattern PCI = Pattern.compile("[0-9a-f]{1,2}(\\.[0-7])?");
  private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._/+@-]{1,1023}");
  private static final Pattern NIC_MODEL = Pattern.compile("virtio-net-pci|e1000|e1000e|rtl8139");
  private static final Pattern DISK_FORMAT = Pattern.compile("raw|qcow2");
  private static final Pattern IF_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

  /** Checks every field; a wrong one fails with one sentence. */
  public GuestDescription {
    Checks.present(uuid, "uuid");
    Checks.name(name, "name");
    Checks.name(machine, "machine");
    Checks.matches(accelerator, ACCELERATOR, "accelerator", "kvm or tcg");
    Checks.matches(cpu, CPU, "cpu", "a QEMU CPU model with flags");
    Checks.range(vcpus, 1, 512, "vcpus");
    Checks.range(memoryKib, 16 * 1024, 16L << 30, "memory_kib");
    nics = List.copyOf(Checks.present(nics, "nics"));
    disks = List.copyOf(Checks.present(disks, "disks"));
    Checks.range(nics.size(), 1, 16, "number of nics");
    Checks.range(disks.size(), 0, 16, "number of disks");
    distinct(nics, disks);
    if (domain != null) {
      Checks.range(domain.length(), 1, MAX_DOMAIN, "length of domain");
    }
  }

  /** Describes a guest that is a plain QEMU process. */
  public GuestDescription(
      UUID uuid,
      String name,
      String machine,
      String accelerator,
      String cpu,
      int vcpus,
      long memoryKib,
      @Nullable Boot boot,
      List<Nic> nics,
      List<Disk> disks) {
    this(uuid, name, machine, accelerator, cpu, vcpus, memoryKib, boot, nics, disks, null);
  }

  /** QEMU has one name space for the ids of all devices. */
  private static void distinct(List<Nic> nics, List<Disk> disks) {
    Set<String> seen = new HashSet<>();
    Stream.concat(nics.stream().map(Nic::id), disks.stream().map(Disk::id))
        .filter(id -> !seen.add(id))
        .findFirst()
        .ifPresent(
            id -> {
              throw new IllegalArgumentException(
                  "device id '%s' is used twice: each NIC and disk needs an id of its own"
                      .formatted(id));
            });
  }

  /** Sum of the disks' sizes in bytes. */
  public long diskBytes() {
    return disks.stream().mapToLong(Disk::sizeBytes).sum();
  }

  /**
   * Direct kernel boot. The files must exist at the same paths on both hosts.
   *
   * @param kernel absolute path of the kernel
   * @param initrd absolute path of the initial RAM disk
   * @param append kernel command line
   */
  public record Boot(String kernel, String initrd, String append) {
    /** Checks the paths. */
    public Boot {
      Checks.matches(kernel, PATH, "boot.kernel", "an absolute path");
      Checks.matches(initrd, PATH, "boot.initrd", "an absolute path");
      Checks.present(append, "boot.append");
    }
  }

  /**
   * A network device.
   *
   * @param id device id in QEMU; its netdev is called {@code hn-}{@code id}
   * @param model QEMU device model
   * @param mac MAC address, lower case
   * @param pciAddress slot on the root bus, for example {@code 04}
   * @param tap name of the tap interface, the same on both hosts (at most 15 characters)
   * @param bridge bridge that the tap belongs to, the same on both hosts
   */
  public record Nic(
      String id, String model, String mac, String pciAddress, String tap, String bridge) {
    /** Checks every field. */
    public Nic {
      Checks.name(id, "nic.id");
      Checks.matches(model, NIC_MODEL, "nic.model", NIC_MODEL.pattern());
      Checks.matches(mac, MAC, "nic.mac", "six pairs of lower-case hex digits with colons");
      Checks.matches(pciAddress, PCI, "nic.pci_address", "slot or slot.function in hex");
      Checks.matches(tap, IF_NAME, "nic.tap", "an interface name of at most 15 characters");
      Checks.matches(bridge, IF_NAME, "nic.bridge", "an interface name of at most 15 characters");
    }

    /** QEMU's id of the netdev behind this device. */
    public String netdev() {
      return "hn-" + id;
    }
  }

  /**
   * A block device ({@code virtio-blk-pci}).
   *
   * @param id device id in QEMU; its format node is called {@code disk-}{@code id}
   * @param pciAddress slot on the root bus
   * @param format format of the image file on the primary, {@code raw} or {@code qcow2}
   * @param sizeBytes size that the guest sees, a multiple of 512
   */
  public record Disk(String id, String pciAddress, String format, long sizeBytes) {
    /** Checks every field. */
    public Disk {
      Checks.name(id, "disk.id");
      Checks.matches(pciAddress, PCI, "disk.pci_address", "slot or slot.function in hex");
      Checks.matches(format, DISK_FORMAT, "disk.format", "raw or qcow2");
      Checks.range(sizeBytes, 512, 1L << 50, "disk.size_bytes");
      if (sizeBytes % 512 != 0) {
        throw new IllegalArgumentException(
            "disk.size_bytes is %d: allowed is a multiple of 512".formatted(sizeBytes));
      }
    }

    /** QEMU's name of the format node behind this device. */
    public String node() {
      return "disk-" + id;
    }
  }
}
