package dev.hacolo.bed.guest;

import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A guest that stock QEMU runs plainly, with nothing of COLO in its command line, and the
 * descriptor that tells an agent of it. Stands in for nova-compute.
 *
 * @param description its hardware
 * @param qemu the running QEMU
 * @param console where the guest's console is written
 * @param qmpSocket QMP socket, for the agent alone
 */
public record DirectGuest(
    GuestDescription description, RunningProcess qemu, Path console, Path qmpSocket) {
  private static final Duration BOOT = Duration.ofMinutes(2);

  /** What an agent finds in its directory of guests. */
  record Descriptor(
      GuestDescription description, String qmpSocket, Map<String, String> diskFiles) {}

  /**
   * Starts a guest on a node.
   *
   * @param guestsDirectory directory of descriptors that the node's agent reads
   */
  public static DirectGuest start(
      RunDirectory run,
      Launcher launcher,
      TwoNodeNetwork network,
      TwoNodeNetwork.Node node,
      Emulator emulator,
      GuestDescription description,
      Path guestsDirectory) {
    Path directory = run.directory("nova/" + node.name() + "/" + description.name());
    Map<String, String> disks =
        description.disks().stream()
            .collect(
                Collectors.toMap(GuestDescription.Disk::id, d -> disk(directory, d).toString()));
    description.nics().forEach(nic -> network.addTap(node, nic.tap()));
    Path console = directory.resolve("console.log");
    Path socket = directory.resolve("qmp");
    RunningProcess qemu =
        launcher.start(
            Launcher.Spec.of(
                    "guest-" + description.name(),
                    QemuCommandLine.plain(emulator, description, disks, console, socket))
                .in(node.namespace().name()));
    DirectGuest guest = new DirectGuest(description, qemu, console, socket);
    qemu.await("its QMP socket", Duration.ofSeconds(20), () -> Files.exists(socket));
    announce(guestsDirectory, new Descriptor(description, socket.toString(), disks));
    return guest;
  }

  /** Returns when the guest's services answer. */
  public void awaitUp() {
    qemu.await("the guest's start", BOOT, () -> said("GUEST UP"));
  }

  private boolean said(String text) {
    try {
      String output = Files.exists(console) ? Files.readString(console) : "";
      if (output.contains("GUEST FAILED") || output.contains("Kernel panic")) {
        throw new BedException("the guest does not start; its console says:%n%s".formatted(output));
      }
      return output.contains(text);
    } catch (IOException e) {
      return false; // Half a character at the end, while it is being written.
    }
  }

  private static Path disk(Path directory, GuestDescription.Disk disk) {
    Path file = directory.resolve(disk.id() + "." + disk.format());
    if (!disk.format().equals("raw")) {
      throw new BedException("the bed makes raw disks only, not " + disk.format());
    }
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(disk.sizeBytes());
    } catch (IOException e) {
      throw new BedException("%s cannot be made: %s".formatted(file, e.getMessage()), e);
    }
    List<String> format = new ArrayList<>(List.of("mkfs.ext4", "-q", "-F", "-m", "0"));
    format.add(file.toString());
    Command.run(Duration.ofSeconds(60), format);
    return file;
  }

  private static void announce(Path directory, Descriptor descriptor) {
    try {
      Files.createDirectories(directory);
      String name = descriptor.description().uuid() + ".json";
      Path draft = Files.createTempFile(directory, "descriptor", ".draft");
      Files.write(draft, ApiJson.mapper().writeValueAsBytes(descriptor));
      // The agent must never see half a file.
      Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
