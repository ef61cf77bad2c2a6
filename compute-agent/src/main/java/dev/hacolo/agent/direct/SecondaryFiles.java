package dev.hacolo.agent.direct;

import dev.hacolo.common.api.GuestDescription.Disk;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where a secondary's files are.
 *
 * @param instances directory of instances
 * @param run directory for sockets and pid files; short, socket paths are limited to 107 bytes
 * @param instance the instance
 */
record SecondaryFiles(Path instances, Path run, UUID instance) {
  Path directory() {
    return instances.resolve(instance.toString());
  }

  Path disk(Disk disk) {
    return directory().resolve("disk-%s.%s".formatted(disk.id(), disk.format()));
  }

  Path active(Disk disk) {
    return directory().resolve("active-%s.qcow2".formatted(disk.id()));
  }

  Path hidden(Disk disk) {
    return directory().resolve("hidden-%s.qcow2".formatted(disk.id()));
  }

  /** Says that a disk is not whole without its overlays: nothing may start from it. */
  Path uncommitted() {
    return directory().resolve("UNCOMMITTED");
  }

  Path qmpSocket() {
    return run.resolve(instance + ".qmp");
  }

  /** Monitor that only tells the packet path of events. */
  Path eventSocket() {
    return run.resolve(instance + ".ev");
  }

  Path pidFile() {
    return run.resolve(instance + ".pid");
  }

  Path log() {
    return directory().resolve("qemu.log");
  }
}
