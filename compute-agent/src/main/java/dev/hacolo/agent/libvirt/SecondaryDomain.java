package dev.hacolo.agent.libvirt;

import static dev.hacolo.agent.libvirt.DomainXml.all;
import static dev.hacolo.agent.libvirt.DomainXml.attribute;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/**
 * From the primary's running domain to the secondary's: the same UUID, name, machine, CPU,
 * addresses of devices, tap and files, so that after a failover it is what Nova would have made.
 * Pure.
 */
final class SecondaryDomain {
  /**
   * Ids of the monitors that the agent has to itself. Not with the prefix of what is taken out
   * after a failover: they last as long as the process.
   */
  private static final String MONITOR = "hacolo-qmp";

  private static final String EVENTS = "hacolo-events";

  /** Addresses that each host has. */
  private static final Set<String> EVERYWHERE = Set.of("127.0.0.1", "0.0.0.0", "::", "::1");

  private SecondaryDomain() {}

  /** An image file of a domain. */
  record Image(String disk, String format, Path file) {}

  /**
   * XML of a domain whose QEMU waits for the primary's state.
   *
   * @param xml of the primary's running domain
   * @param monitor Unix socket for the agent
   * @param events Unix socket for the packet path
   */
  static String incoming(String xml, Path monitor, Path events) {
    Element domain = plain(xml);
    List<String> arguments = new ArrayList<>(List.of("-incoming", "defer"));
    addMonitor(arguments, MONITOR, monitor);
    addMonitor(arguments, EVENTS, events);
    Element line = append(domain, domain, "commandline");
    for (String argument : arguments) {
      append(domain, line, "arg").setAttribute("value", argument);
    }
    Element override = append(domain, domain, "override");
    for (Element disk : DomainReader.disks(domain)) {
      // After promotion the node under the running device is exchanged.
      Element device = append(domain, override, "device");
      device.setAttribute("alias", attribute(disk, "alias", "name"));
      Element property = append(domain, append(domain, device, "frontend"), "property");
      property.setAttribute("name", "share-rw");
      property.setAttribute("type", "bool");
      property.setAttribute("value", "true");
    }
    return DomainXml.text(domain);
  }

  private static void addMonitor(List<String> arguments, String id, Path socket) {
    arguments.add("-chardev");
    arguments.add("socket,id=%s,path=%s,server=on,wait=off".formatted(id, socket));
    arguments.add("-mon");
    arguments.add("chardev=%s,mode=control".formatted(id));
  }

  private static Element append(Element domain, Element parent, String name) {
    Element made = domain.getOwnerDocument().createElementNS(DomainXml.QEMU, "qemu:" + name);
    parent.appendChild(made);
    return made;
  }

  /** XML of the same domain as an ordinary one, for its next start. */
  static String ordinary(String xml) {
    return DomainXml.text(plain(xml));
  }

  /** Without what is the other host's, and without what an earlier failover has left. */
  private static Element plain(String xml) {
    Element domain = DomainXml.parse(xml);
    domain.removeAttribute("id");
    DomainXml.remove(all(domain, "commandline"));
    DomainXml.remove(all(domain, "override"));
    DomainXml.remove(all(domain, "devices/disk/backingStore"));
    DomainXml.remove(all(domain, "seclabel"));
    all(domain, "devices/disk/source").forEach(source -> source.removeAttribute("index"));
    all(domain, "devices/graphics").forEach(SecondaryDomain::anyPort);
    Stream.of("serial", "console", "channel")
        .flatMap(name -> all(domain, "devices/" + name).stream())
        .filter(device -> device.getAttribute("type").equals("pty"))
        .forEach(SecondaryDomain::anyTerminal);
    all(domain, "devices/interface").forEach(nic -> noVhost(domain, nic));
    return domain;
  }

  /** A port that is free here, and an address that is here. */
  private static void anyPort(Element graphics) {
    graphics.removeAttribute("port");
    graphics.removeAttribute("websocket");
    graphics.setAttribute("autoport", "yes");
    Stream.concat(
            all(graphics, "listen").stream().filter(e -> e.hasAttribute("address")),
            Stream.of(graphics).filter(e -> e.hasAttribute("listen")))
        .forEach(
            holder -> {
              String name = holder == graphics ? "listen" : "address";
              if (!EVERYWHERE.contains(holder.getAttribute(name))) {
                holder.setAttribute(name, "127.0.0.1");
              }
            });
  }

  private static void anyTerminal(Element device) {
    device.removeAttribute("tty");
    all(device, "source").forEach(source -> source.removeAttribute("path"));
  }

  /** libvirt would take vhost where it can, and QEMU's filters do not see its packets. */
  private static void noVhost(Element domain, Element nic) {
    if (!attribute(nic, "model", "type").equals("virtio")) {
      return;
    }
    Element driver =
        all(nic, "driver").stream()
            .findFirst()
            .orElseGet(
                () -> {
                  Element made = domain.getOwnerDocument().createElementNS(null, "driver");
                  nic.appendChild(made);
                  return made;
                });
    driver.setAttribute("name", "qemu");
  }

  /** Whether the domain's way to QEMU's command line was made by {@link #incoming}. */
  static boolean isOurs(Element domain) {
    return all(domain, "commandline/arg").stream()
        .anyMatch(
            a -> a.getAttribute("value").equals("chardev=%s,mode=control".formatted(MONITOR)));
  }

  /** The files of its disks. */
  static List<Image> images(String xml) {
    return DomainReader.disks(DomainXml.parse(xml)).stream()
        .map(
            disk ->
                new Image(
                    attribute(disk, "alias", "name"),
                    attribute(disk, "driver", "type"),
                    Path.of(attribute(disk, "source", "file"))))
        .toList();
  }

  /** Files that libvirt or QEMU makes for it: logs of consoles. */
  static List<Path> logs(String xml) {
    Element devices = DomainXml.parse(xml);
    return Stream.of("serial", "console", "channel")
        .flatMap(name -> all(devices, "devices/" + name + "/log").stream())
        .map(log -> log.getAttribute("file"))
        .filter(file -> !file.isEmpty())
        .distinct()
        .map(Path::of)
        .toList();
  }
}
