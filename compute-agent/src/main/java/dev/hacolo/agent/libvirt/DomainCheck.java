package dev.hacolo.agent.libvirt;

import static dev.hacolo.agent.libvirt.DomainXml.all;
import static dev.hacolo.agent.libvirt.DomainXml.attribute;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.w3c.dom.Element;

/**
 * Whether a domain can be protected. What is not known to work is refused: a guest that is not
 * protected runs on, one that is protected wrongly may be lost. Pure.
 */
final class DomainCheck {
  private static final Set<String> UNSUPPORTED =
      Set.of("hostdev", "filesystem", "tpm", "shmem", "nvram", "vsock", "smartcard", "redirdev");
  private static final Set<String> NIC_MODELS = Set.of("virtio", "e1000", "e1000e", "rtl8139");

  private static final String HOW_WITHOUT_VHOST =
      "QEMU's filters do not see its packets; Nova has no setting for it, so let hosts for protected"
          + " servers have no usable /dev/vhost-net";

  private DomainCheck() {}

  /** Why it cannot, one sentence each; empty if it can. */
  static List<String> problems(Element domain) {
    List<String> problems = new ArrayList<>();
    for (Element disk : all(domain, "devices/disk")) {
      disk(disk, problems);
    }
    for (Element nic : all(domain, "devices/interface")) {
      nic(nic, problems);
    }
    if (all(domain, "devices/interface").isEmpty()) {
      problems.add(
          "the domain has no network interface: there is nothing that clients could notice");
    }
    devices(domain, problems);
    if (!all(domain, "os/nvram").isEmpty()) {
      problems.add("the domain has UEFI variables (nvram), which are not replicated: use BIOS");
    }
    if (hasForeignCommandline(domain)) {
      problems.add("the domain has a qemu:commandline or qemu:override that ha-colo did not write");
    }
    return List.copyOf(problems);
  }

  private static void disk(Element disk, List<String> problems) {
    String target = attribute(disk, "target", "dev");
    String device = disk.getAttribute("device");
    String type = disk.getAttribute("type");
    if (device.equals("cdrom") || device.equals("floppy")) {
      if (!all(disk, "source").isEmpty()) {
        problems.add(
            "%s %s has a medium, which is not replicated: take it out, or boot without a config drive"
                .formatted(device, target));
      }
    } else if (!type.equals("file")) {
      problems.add(
          "disk %s is of type '%s' (a volume or shared storage): only files on the host's own disks are"
                  .formatted(target, type)
              + " replicated");
    } else if (!device.equals("disk") || !attribute(disk, "target", "bus").equals("virtio")) {
      problems.add("disk %s is not on the virtio bus: set hw_disk_bus=virtio".formatted(target));
    } else if (!Set.of("raw", "qcow2").contains(attribute(disk, "driver", "type"))) {
      problems.add("disk %s is neither raw nor qcow2".formatted(target));
    } else if (!all(disk, "shareable").isEmpty() || !all(disk, "readonly").isEmpty()) {
      problems.add("disk %s is shareable or read-only, which is not replicated".formatted(target));
    }
  }

  private static void nic(Element nic, List<String> problems) {
    String mac = attribute(nic, "mac", "address");
    String queues = attribute(nic, "driver", "queues");
    if (!nic.getAttribute("type").equals("bridge")) {
      problems.add(
          "interface %s is of type '%s': allowed is a tap in a bridge"
              .formatted(mac, nic.getAttribute("type")));
    } else if (!all(nic, "virtualport").isEmpty()) {
      problems.add("interface %s is in Open vSwitch: allowed is a Linux bridge".formatted(mac));
    } else if (!NIC_MODELS.contains(attribute(nic, "model", "type"))) {
      problems.add(
          "interface %s is a '%s': allowed are virtio, e1000, e1000e and rtl8139"
              .formatted(mac, attribute(nic, "model", "type")));
    } else if (attribute(nic, "driver", "name").equals("vhost")) {
      problems.add("interface %s uses vhost: %s".formatted(mac, HOW_WITHOUT_VHOST));
    } else if (!queues.isEmpty() && !queues.equals("1")) {
      problems.add(
          "interface %s has %s queues: unset hw_vif_multiqueue_enabled".formatted(mac, queues));
    }
  }

  private static void devices(Element domain, List<String> problems) {
    for (String name : UNSUPPORTED.stream().sorted().toList()) {
      if (!all(domain, "devices/" + name).isEmpty()) {
        problems.add("the domain has a device '%s', which is not replicated".formatted(name));
      }
    }
    if (attribute(domain, "devices/video/model", "type").equals("qxl")
        || attribute(domain, "devices/graphics", "type").equals("spice")) {
      problems.add("QEMU's COLO does not work with SPICE and qxl: use VNC and virtio video");
    }
  }

  private static boolean hasForeignCommandline(Element domain) {
    boolean any = !all(domain, "commandline").isEmpty() || !all(domain, "override").isEmpty();
    return any && !SecondaryDomain.isOurs(domain);
  }

  /**
   * The same for what the XML does not say: libvirt takes vhost by itself where it can.
   *
   * @param commandLine QEMU's arguments, one text
   * @return a sentence, or an empty text
   */
  static String vhost(String commandLine) {
    boolean used =
        commandLine.contains("vhost=on")
            || commandLine.contains("vhostfd")
            || commandLine.contains("\"vhost\":true");
    return used ? "the domain's network uses vhost: " + HOW_WITHOUT_VHOST : "";
  }
}
