package dev.hacolo.bed.libvirt;

import dev.hacolo.bed.guest.Emulator;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.common.api.GuestDescription;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A guest as nova-compute makes it with libvirt: defined, then started; its files in {@code
 * instances/UUID}; nothing of COLO in it.
 *
 * @param node where it was started
 * @param uuid of the instance
 * @param name of the domain
 */
public record DomainGuest(LibvirtNode node, UUID uuid, String name) {
  private static final Duration BOOT = Duration.ofMinutes(2);
  private static final long DISK_BYTES = 64L << 20;

  /**
   * Starts it; it may still be booting.
   *
   * @param like what it boots, and its one NIC
   */
  public static DomainGuest start(LibvirtNode node, Emulator emulator, GuestDescription like) {
    String name = "instance-" + like.uuid().toString().substring(0, 8);
    DomainGuest guest = new DomainGuest(node, like.uuid(), name);
    try {
      Path directory = Files.createDirectories(guest.directory(node));
      Path disk = directory.resolve("disk");
      try (RandomAccessFile raw = new RandomAccessFile(disk.toFile(), "rw")) {
        raw.setLength(DISK_BYTES);
      }
      Command.run("mkfs.ext4", "-q", "-F", "-m", "0", disk.toString());
      Path xml = directory.resolve("libvirt.xml");
      Files.writeString(xml, guest.xml(emulator, like));
      node.virshOutput("define", xml.toString());
      node.virshOutput("start", name);
    } catch (IOException e) {
      throw new BedException("the domain's files cannot be made: " + e.getMessage(), e);
    }
    return guest;
  }

  /** Its directory on a node, as this JVM sees it. */
  public Path directory(LibvirtNode on) {
    return on.images().resolve(uuid.toString());
  }

  private String xml(Emulator emulator, GuestDescription like) {
    GuestDescription.Boot boot = Objects.requireNonNull(like.boot(), "boot");
    GuestDescription.Nic nic = like.nics().get(0);
    Path files = node.instances().resolve(uuid.toString());
    return """
    <domain type="%s">
      <uuid>%s</uuid>
      <name>%s</name>
      <memory>%d</memory>
      <vcpu>%d</vcpu>
      <metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>s1</nova:name></nova:instance></metadata>
      <sysinfo type="smbios"><system><entry name="product">OpenStack Nova</entry></system></sysinfo>
      <os><type machine="pc">hvm</type>
        <kernel>%s</kernel><initrd>%s</initrd><cmdline>%s</cmdline>
        <smbios mode="sysinfo"/></os>
      <features><acpi/><apic/><vmcoreinfo/></features>
      <cputune><shares>1024</shares></cputune>
      <clock offset="utc"/>
      <devices>
        <emulator>%s</emulator>
        <disk type="file" device="disk">
          <driver name="qemu" type="raw" cache="none"/>
          <source file="%s"/><target dev="vda" bus="virtio"/>
        </disk>
        <interface type="bridge">
          <mac address="%s"/><model type="virtio"/><driver name="qemu"/>
          <source bridge="%s"/><target dev="%s"/>
        </interface>
        <serial type="pty"><log file="%s" append="off"/></serial>
        <graphics type="vnc" autoport="yes" listen="127.0.0.1"/>
        <video><model type="virtio"/></video>
        <controller type="usb" index="0"/>
        <memballoon model="virtio"><stats period="10"/></memballoon>
      </devices>
    </domain>
    """
        .formatted(
            emulator.accelerator().equals("kvm") ? "kvm" : "qemu",
            uuid,
            name,
            like.memoryKib(),
            like.vcpus(),
            boot.kernel(),
            boot.initrd(),
            boot.append(),
            emulator.binary(),
            files.resolve("disk"),
            nic.mac(),
            nic.bridge(),
            nic.tap(),
            files.resolve("console.log"));
  }

  /** Returns when the guest's services answer. */
  public void awaitUp() {
    Path console = directory(node).resolve("console.log");
    Await.until(BOOT, () -> said(console), () -> "the guest does not start: " + text(console));
  }

  private static boolean said(Path console) {
    String output = text(console);
    if (output.contains("GUEST FAILED") || output.contains("Kernel panic")) {
      throw new BedException("the guest does not start; its console says:%n%s".formatted(output));
    }
    return output.contains("GUEST UP");
  }

  private static String text(Path console) {
    try {
      return Files.exists(console)
          ? new String(Files.readAllBytes(console), StandardCharsets.UTF_8)
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Its QEMU on a node; fails if there is none. */
  public ProcessHandle qemu(LibvirtNode on) {
    List<ProcessHandle> found =
        ProcessHandle.allProcesses()
            .filter(p -> commandLine(p).contains("guest=" + name + ","))
            .filter(p -> isIn(p, on))
            .toList();
    if (found.size() != 1) {
      throw new BedException(
          "%s has %d QEMUs of %s".formatted(on.node().name(), found.size(), name));
    }
    return found.get(0);
  }

  private static boolean isIn(ProcessHandle process, LibvirtNode node) {
    try {
      return namespace(process.pid()).equals(namespace(node.libvirtd().process().pid()));
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static Path namespace(long pid) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "mnt"));
  }

  private static String commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }
}
