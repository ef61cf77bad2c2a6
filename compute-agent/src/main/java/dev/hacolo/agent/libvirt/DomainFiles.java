package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.qemu.Names;
import dev.hacolo.common.api.GuestDescription.Disk;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the agent keeps of a domain that it has started. The images themselves are where the
 * domain's XML says. Blocking.
 *
 * @param instances directory of the secondaries' overlays and marks
 * @param run short directory of sockets: their paths are limited to 107 bytes
 * @param instance the instance
 */
record DomainFiles(Path instances, Path run, UUID instance) {
  Path directory() {
    return instances.resolve(instance.toString());
  }

  Path active(Disk disk) {
    return directory().resolve("active-%s.qcow2".formatted(disk.id()));
  }

  Path hidden(Disk disk) {
    return directory().resolve("hidden-%s.qcow2".formatted(disk.id()));
  }

  /** The primary's XML: says that the domain and its images here were made by the agent. */
  Path domain() {
    return directory().resolve("domain.xml");
  }

  /** What libvirt calls the disks' nodes in this QEMU. */
  Path nodes() {
    return directory().resolve("nodes.properties");
  }

  /** Says that the domain is no secondary any more. */
  private Path promoted() {
    return directory().resolve("PROMOTED");
  }

  /** Says that a disk is not whole without its overlays: nothing may start from it. */
  private Path uncommitted() {
    return directory().resolve("UNCOMMITTED");
  }

  Path qmpSocket() {
    return run.resolve(instance + ".qmp");
  }

  /** Monitor that only tells the packet path of events. */
  Path eventSocket() {
    return run.resolve(instance + ".ev");
  }

  /** The XML that the domain was made from, if the agent has made it. */
  Optional<String> made() throws IOException {
    return Files.exists(domain()) ? Optional.of(Files.readString(domain())) : Optional.empty();
  }

  boolean isSecondary() {
    return Files.exists(domain()) && !Files.exists(promoted());
  }

  boolean isUncommitted() {
    return Files.exists(uncommitted());
  }

  /** Writes down that the domain takes over. */
  void promote() throws IOException {
    for (Path mark : List.of(uncommitted(), promoted())) {
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
    }
  }

  /** Writes down that the images are whole. */
  void commit(List<Disk> disks) throws IOException {
    for (Disk disk : disks) {
      Files.deleteIfExists(active(disk));
      Files.deleteIfExists(hidden(disk));
    }
    Files.deleteIfExists(uncommitted());
  }

  /** Removes all of this, and the images and logs of a domain that the agent has made. */
  void remove() throws IOException {
    Optional<String> xml = made();
    if (xml.isPresent()) {
      for (SecondaryDomain.Image image : SecondaryDomain.images(xml.get())) {
        removeWithDirectory(image.file());
      }
      for (Path log : SecondaryDomain.logs(xml.get())) {
        removeWithDirectory(log);
      }
    }
    removeSockets();
    if (!Files.isDirectory(directory())) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory())) {
      // The mark last: what is cut short is found by the next try.
      Comparator<Path> marksLast = Comparator.comparing(p -> p.equals(domain()));
      for (Path path : all.sorted(marksLast.thenComparing(Comparator.reverseOrder())).toList()) {
        if (!path.equals(directory())) {
          Files.deleteIfExists(path);
        }
      }
    }
    Files.deleteIfExists(directory());
  }

  /** An instance's directory that is empty now goes too. */
  private void removeWithDirectory(Path file) throws IOException {
    Files.deleteIfExists(file);
    Path parent = file.getParent();
    if (parent != null && parent.endsWith(instance.toString())) {
      try {
        Files.deleteIfExists(parent);
      } catch (DirectoryNotEmptyException e) {
        // More of the instance's files are in it.
      }
    }
  }

  /** A killed QEMU leaves its sockets; they name the instance. */
  void removeSockets() throws IOException {
    Files.deleteIfExists(qmpSocket());
    Files.deleteIfExists(eventSocket());
    if (!Files.isDirectory(run)) {
      return;
    }
    try (Stream<Path> all = Files.list(run)) {
      String prefix = Names.socketPrefix(instance);
      for (Path path :
          all.filter(p -> String.valueOf(p.getFileName()).startsWith(prefix)).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
