package dev.hacolo.agent.direct;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Commands;
import dev.hacolo.agent.qemu.Names;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes and removes the files and the process of a secondary. Blocking. */
final class SecondaryBuilder {
  private static final Duration IMAGE_DEADLINE = Duration.ofSeconds(30);

  private final String qemu;
  private final String qemuImg;
  private final Taps taps;
  private final Path instances;
  private final Path run;

  SecondaryBuilder(String qemu, String qemuImg, String ip, Path instances, Path run) {
    this.qemu = qemu;
    this.qemuImg = qemuImg;
    this.taps = new Taps(ip);
    this.instances = instances;
    this.run = run;
  }

  SecondaryFiles files(UUID instance) {
    return new SecondaryFiles(instances, run, instance);
  }

  /** Starts the VM; on failure the caller removes what is there. */
  @Nullable Void start(GuestDescription guest) throws IOException {
    SecondaryFiles files = files(guest.uuid());
    Files.createDirectories(files.directory());
    Files.createDirectories(run);
    checkRoom(guest, files);
    for (Disk disk : guest.disks()) {
      image(disk.format(), files.disk(disk), disk.sizeBytes());
      image("qcow2", files.active(disk), disk.sizeBytes());
      image("qcow2", files.hidden(disk), disk.sizeBytes());
    }
    QemuProcesses.start(SecondaryCommandLine.of(qemu, guest, files), files.log());
    guest.nics().forEach(taps::plug);
    return null;
  }

  /** Lets the VM's frames out. */
  void openTaps(GuestDescription guest) {
    guest.nics().forEach(taps::open);
  }

  private static void checkRoom(GuestDescription guest, SecondaryFiles files) throws IOException {
    FileStore store = Files.getFileStore(files.directory());
    if (store.getUsableSpace() < guest.diskBytes()) {
      throw new StepException(
          "%s has %d MiB free, the guest's disks need %d MiB: make room or move instances.directory"
              .formatted(files.instances(), store.getUsableSpace() >> 20, guest.diskBytes() >> 20));
    }
  }

  private void image(String format, Path file, long bytes) {
    Commands.check(
        List.of(qemuImg, "create", "-q", "-f", format, file.toString(), Long.toString(bytes)),
        IMAGE_DEADLINE);
  }

  /** From promotion on the disk is whole only together with its overlays. */
  void markUncommitted(UUID instance) throws IOException {
    Path mark = files(instance).uncommitted();
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
  }

  boolean isUncommitted(UUID instance) {
    return Files.exists(files(instance).uncommitted());
  }

  /** Describes a promoted VM like any other guest. */
  Descriptor descriptor(GuestDescription guest) {
    SecondaryFiles files = files(guest.uuid());
    Map<String, String> disks = new HashMap<>();
    guest.disks().forEach(disk -> disks.put(disk.id(), files.disk(disk).toString()));
    return new Descriptor(guest, files.qmpSocket().toString(), disks);
  }

  /** The overlays are committed: they go. */
  void adopt(GuestDescription guest) throws IOException {
    SecondaryFiles files = files(guest.uuid());
    for (Disk disk : guest.disks()) {
      Files.deleteIfExists(files.active(disk));
      Files.deleteIfExists(files.hidden(disk));
    }
    Files.deleteIfExists(files.uncommitted());
  }

  /** Ends the process and removes the files, as far as they are there. */
  void remove(UUID instance) throws IOException {
    SecondaryFiles files = files(instance);
    QemuProcesses.kill(files.qmpSocket());
    Files.deleteIfExists(files.qmpSocket());
    Files.deleteIfExists(files.eventSocket());
    Files.deleteIfExists(files.pidFile());
    removeSockets(instance);
    if (!Files.isDirectory(files.directory())) {
      return;
    }
    try (Stream<Path> all = Files.walk(files.directory())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** A killed QEMU leaves its sockets; they name the instance. */
  void removeSockets(UUID instance) throws IOException {
    String prefix = Names.socketPrefix(instance);
    if (!Files.isDirectory(run)) {
      return;
    }
    try (Stream<Path> all = Files.list(run)) {
      for (Path path :
          all.filter(p -> String.valueOf(p.getFileName()).startsWith(prefix)).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
