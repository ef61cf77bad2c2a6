package dev.hacolo.agent.libvirt;

import static dev.hacolo.agent.libvirt.DomainXml.all;
import static dev.hacolo.agent.libvirt.DomainXml.attribute;
import static dev.hacolo.agent.libvirt.DomainXml.content;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.w3c.dom.Element;

/** What a running domain's XML says of its hardware. Pure. */
final class DomainReader {
  private DomainReader() {}

  /**
   * Describes a domain; its devices have the ids that libvirt gave them in QEMU.
   *
   * @param xml of the running domain
   * @param bytes size of a disk by the name of its target, for example {@code vda}
   * @throws StepException with all reasons if it cannot be protected
   */
  static GuestDescription describe(String xml, ToLongFunction<String> bytes) {
    Element domain = DomainXml.parse(xml);
    String name = content(domain, "name");
    List<String> problems = DomainCheck.problems(domain);
    if (!problems.isEmpty()) {
      throw new StepException("%s: %s".formatted(name, String.join("; ", problems)));
    }
    try {
      return new GuestDescription(
          UUID.fromString(content(domain, "uuid")),
          name,
          attribute(domain, "os/type", "machine"),
          domain.getAttribute("type").equals("kvm") ? "kvm" : "tcg",
          cpu(domain),
          Integer.parseInt(content(domain, "vcpu")),
          memoryKib(domain),
          null,
          all(domain, "devices/interface").stream().map(DomainReader::nic).toList(),
          disks(domain).stream().map(disk -> disk(disk, bytes)).toList(),
          xml);
    } catch (IllegalArgumentException e) {
      throw new StepException("%s: %s".formatted(name, e.getMessage()));
    }
  }

  /** The elements of disks, without drives for media. */
  static List<Element> disks(Element domain) {
    return all(domain, "devices/disk").stream()
        .filter(disk -> disk.getAttribute("device").equals("disk"))
        .toList();
  }

  private static String cpu(Element domain) {
    String model = content(domain, "cpu/model");
    String mode = attribute(domain, "cpu", "mode");
    return !model.isEmpty() ? model : mode.isEmpty() ? "default" : mode;
  }

  /** libvirt writes KiB whatever it was told. */
  private static long memoryKib(Element domain) {
    if (!attribute(domain, "memory", "unit").equals("KiB")) {
      throw new IllegalArgumentException("the domain's memory is not given in KiB");
    }
    return Long.parseLong(content(domain, "memory"));
  }

  private static Nic nic(Element nic) {
    String model = attribute(nic, "model", "type");
    return new Nic(
        attribute(nic, "alias", "name"),
        model.equals("virtio") ? "virtio-net-pci" : model,
        attribute(nic, "mac", "address").toLowerCase(Locale.ROOT),
        slot(nic),
        attribute(nic, "target", "dev"),
        attribute(nic, "source", "bridge"));
  }

  private static Disk disk(Element disk, ToLongFunction<String> bytes) {
    return new Disk(
        attribute(disk, "alias", "name"),
        slot(disk),
        attribute(disk, "driver", "type"),
        bytes.applyAsLong(attribute(disk, "target", "dev")));
  }

  private static String slot(Element device) {
    String slot = attribute(device, "address", "slot");
    return slot.startsWith("0x") ? slot.substring(2) : slot;
  }
}
