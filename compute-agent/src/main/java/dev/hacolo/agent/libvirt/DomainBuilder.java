package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Commands;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes and removes a secondary's domain and its files. Blocking. */
final class DomainBuilder {
  private static final Duration IMAGE_DEADLINE = Duration.ofSeconds(30);
  private static final Duration LINK_DEADLINE = Duration.ofSeconds(5);

  /** Types of file systems that both hosts may see. */
  private static final Set<String> SHARED =
      Set.of("nfs", "nfs4", "cifs", "ceph", "fuse.glusterfs", "gfs2", "ocfs2", "lustre");

  private final Libvirt libvirt;
  private final String qemuImg;
  private final String ip;
  private final Path instances;
  private final Path run;

  DomainBuilder(Libvirt libvirt, String qemuImg, String ip, Path instances, Path run) {
    this.libvirt = libvirt;
    this.qemuImg = qemuImg;
    this.ip = ip;
    this.instances = instances;
    this.run = run;
  }

  DomainFiles files(UUID instance) {
    return new DomainFiles(instances, run, instance);
  }

  /** Starts the domain, with its taps down; on failure the caller removes what is there. */
  @Nullable Void start(GuestDescription guest) throws IOException {
    String xml = guest.domain();
    if (xml == null) {
      throw new StepException(
          "%s is no libvirt domain: the agents of a pair need the same driver"
              .formatted(guest.name()));
    }
    if (libvirt.active(guest.uuid()).isPresent()) {
      throw new StepException(
          "the instance %s runs on this host, so it cannot have its secondary here"
              .formatted(guest.uuid()));
    }
    List<String> problems = DomainCheck.problems(DomainXml.parse(xml));
    if (!problems.isEmpty()) {
      throw new StepException("%s: %s".formatted(guest.name(), String.join("; ", problems)));
    }
    DomainFiles files = files(guest.uuid());
    Files.createDirectories(files.directory());
    Files.createDirectories(run);
    Files.writeString(files.domain(), xml);
    images(guest, xml, files);
    libvirt.createPaused(SecondaryDomain.incoming(xml, files.qmpSocket(), files.eventSocket()));
    for (Nic nic : guest.nics()) {
      link(nic, "down");
    }
    return null;
  }

  private void images(GuestDescription guest, String xml, DomainFiles files) throws IOException {
    Map<String, Disk> disks =
        guest.disks().stream().collect(Collectors.toMap(Disk::id, disk -> disk));
    for (SecondaryDomain.Image image : SecondaryDomain.images(xml)) {
      Disk disk = disks.get(image.disk());
      if (disk == null) {
        throw new StepException("the domain's disk %s is not described".formatted(image.disk()));
      }
      Path directory = image.file().toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      checkStore(image.file().toAbsolutePath(), disk);
      create(image.format(), image.file(), disk.sizeBytes());
      create("qcow2", files.active(disk), disk.sizeBytes());
      create("qcow2", files.hidden(disk), disk.sizeBytes());
    }
    for (Path log : SecondaryDomain.logs(xml)) {
      Path directory = log.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
    }
  }

  private static void checkStore(Path file, Disk disk) throws IOException {
    Path directory = file.getParent();
    FileStore store = Files.getFileStore(directory == null ? file : directory);
    refuseShared(file, store);
    if (store.getUsableSpace() < disk.sizeBytes()) {
      throw new StepException(
          "%s has %d MiB free, disk %s needs %d MiB: make room"
              .formatted(
                  directory, store.getUsableSpace() >> 20, disk.id(), disk.sizeBytes() >> 20));
    }
  }

  private static void refuseShared(Path file, FileStore store) {
    if (SHARED.contains(store.type())) {
      throw new StepException(
          "%s is on shared storage (%s), which is not replicated: only files on the host's own disks"
                  .formatted(file, store.type())
              + " are");
    }
  }

  /** Refuses a running domain for what its XML does not say. */
  static void check(String xml, ProcessHandle qemu) throws IOException {
    String vhost = DomainCheck.vhost(QemuProcess.commandLine(qemu));
    if (!vhost.isEmpty()) {
      throw new StepException(vhost);
    }
    for (SecondaryDomain.Image image : SecondaryDomain.images(xml)) {
      if (Files.exists(image.file())) {
        refuseShared(image.file(), Files.getFileStore(image.file()));
      }
    }
  }

  private void create(String format, Path file, long bytes) {
    Commands.check(
        List.of(qemuImg, "create", "-q", "-f", format, file.toString(), Long.toString(bytes)),
        IMAGE_DEADLINE);
  }

  /** Lets the domain's frames out. */
  void openTaps(GuestDescription guest) {
    guest.nics().forEach(nic -> link(nic, "up"));
  }

  private void link(Nic nic, String state) {
    Commands.check(List.of(ip, "link", "set", "dev", nic.tap(), state), LINK_DEADLINE);
  }

  /** The promoted domain is what Nova would have made: also after its next start. */
  void adopt(GuestDescription guest) throws IOException {
    DomainFiles files = files(guest.uuid());
    String xml = files.made().orElse(guest.domain());
    if (xml != null) {
      libvirt.define(SecondaryDomain.ordinary(xml));
    }
    files.commit(guest.disks());
  }

  /** Ends a domain that the agent has made and removes its files; leaves others alone. */
  void remove(UUID instance) throws IOException {
    DomainFiles files = files(instance);
    if (files.made().isPresent()) {
      libvirt.destroy(instance);
      libvirt.undefine(instance);
    }
    files.remove();
  }
}
