package dev.hacolo.bed.libvirt;

import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.ProjectFiles;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * libvirtd on a node of the bed: in the node's network namespace and a mount namespace of its own,
 * so that it has nothing in common with a libvirtd of this machine. Its domains' images are at the
 * same paths on each node, in directories of their own.
 */
public final class LibvirtNode {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration COMMAND = Duration.ofSeconds(30);
  private static final int TAIL_BYTES = 3000;

  private final TwoNodeNetwork.Node node;
  private final Path home;
  private final Path instances;
  private final RunningProcess libvirtd;

  private LibvirtNode(
      TwoNodeNetwork.Node node, Path home, Path instances, RunningProcess libvirtd) {
    this.node = node;
    this.home = home;
    this.instances = instances;
    this.libvirtd = libvirtd;
  }

  /** Starts it and returns when it answers. */
  public static LibvirtNode start(RunDirectory run, Launcher launcher, TwoNodeNetwork.Node node) {
    Path home = run.directory("nodes/" + node.name() + "/libvirt");
    Path instances = run.directory("instances");
    List<String> command =
        List.of(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            ProjectFiles.find("tests/libvirt/node").toString(),
            home.toString(),
            instances.toString(),
            Integer.toString(run.id().hashCode() & 0xffff),
            node.name());
    RunningProcess libvirtd =
        launcher.start(
            Launcher.Spec.of("libvirtd-" + node.name(), command).in(node.namespace().name()));
    LibvirtNode made = new LibvirtNode(node, home, instances, libvirtd);
    libvirtd.await("an answer of libvirtd", START, made::answers);
    return made;
  }

  private boolean answers() {
    return Files.exists(home.resolve("run/libvirt-sock"))
        && Command.attempt(COMMAND, virsh("version")).status() == 0;
  }

  /** The node. */
  public TwoNodeNetwork.Node node() {
    return node;
  }

  /** Where its clients find it. */
  public String uri() {
    return "qemu+unix:///system?socket=" + home.resolve("run/libvirt-sock");
  }

  /** Directory of the domains' images, as the node sees it. */
  public Path instances() {
    return instances;
  }

  /** The same directory as this JVM sees it. */
  public Path images() {
    return home.resolve("instances");
  }

  /** Runs a program where libvirtd sees the files. */
  public List<String> entering() {
    return List.of("nsenter", "--mount=/proc/%d/ns/mnt".formatted(libvirtd.process().pid()), "--");
  }

  /** libvirtd itself. */
  public RunningProcess libvirtd() {
    return libvirtd;
  }

  /** Runs a virsh command that must succeed and returns what it says. */
  public String virshOutput(String... words) {
    return Command.run(COMMAND, virsh(words)).strip();
  }

  private List<String> virsh(String... words) {
    List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
    command.addAll(List.of(words));
    return command;
  }

  /** What a person wants to see when a step has failed. */
  public String story() {
    return "--- %s: domains%n%s%n--- libvirtd%n%s%n--- QEMU%n%s"
        .formatted(
            node.name(),
            libvirtd.process().isAlive()
                ? Command.attempt(COMMAND, virsh("list", "--all")).output()
                : "(libvirtd has ended)",
            tail(home.resolve("libvirtd.log")) + libvirtd.tail(),
            qemuLogs());
  }

  private String qemuLogs() {
    Path logs = home.resolve("log/qemu");
    if (!Files.isDirectory(logs)) {
      return "(none)";
    }
    try (var all = Files.list(logs)) {
      return String.join("\n", all.map(LibvirtNode::tail).toList());
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(logs, e.getMessage()), e);
    }
  }

  private static String tail(Path log) {
    if (!Files.exists(log)) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, file.length())];
      file.seek(file.length() - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8) + "\n";
    } catch (IOException e) {
      return "(%s cannot be read: %s)".formatted(log, e.getMessage());
    }
  }
}
