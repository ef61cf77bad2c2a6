package dev.hacolo.agent.direct;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Commands;
import dev.hacolo.agent.process.Ending;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Starts, finds and ends QEMU processes. Blocking: call it on a worker thread. */
final class QemuProcesses {
  private static final Duration START_DEADLINE = Duration.ofSeconds(20);

  /** Longest time that a process without a command line may take to go. */
  private static final Duration DYING = Duration.ofSeconds(5);

  private static final long POLL_NANOS = 10_000_000;

  private QemuProcesses() {}

  /** Starts a QEMU that daemonizes itself; returns when its monitor listens. */
  static void start(List<String> commandLine, Path log) {
    Commands.Result result = Commands.runDaemon(commandLine, log, START_DEADLINE);
    if (result.status() != 0) {
      throw new StepException(
          "QEMU did not start: %s%s".formatted(result.firstLine(), advice(result.output())));
    }
  }

  /** What a person can do about QEMU's usual complaints. */
  static String advice(String output) {
    if (output.contains("/dev/net/tun")) {
      return "; the agent needs CAP_NET_ADMIN and /dev/net/tun to make taps";
    }
    if (output.contains("KVM") || output.contains("/dev/kvm")) {
      return "; /dev/kvm does not work here: enable virtualisation or set qemu.accelerator=tcg";
    }
    if (output.contains("Address already in use") || output.contains("Device or resource busy")) {
      return "; something else uses that port or tap: end it or change session.ports";
    }
    if (output.contains("No space left")) {
      return "; make room in instances.directory";
    }
    return "";
  }

  /**
   * Kills every QEMU that serves a monitor socket; returns when they have ended and nobody serves
   * it. A VM that is only believed to be dead is how a guest comes to run twice.
   */
  static void kill(Path qmpSocket) {
    List<ProcessHandle> found =
        ProcessHandle.allProcesses().filter(p -> serves(p, qmpSocket)).toList();
    found.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : found) {
      Ending.await(process);
    }
    if (!awaitUnserved(qmpSocket)) {
      throw new StepException(
          "a QEMU serves %s, but no process names it: start QEMU with -qmp unix:%s or end it by hand"
              .formatted(qmpSocket, qmpSocket));
    }
  }

  /**
   * A killed QEMU loses its command line first and its sockets last, and it is not our child: there
   * is no event to wait for, only its socket to ask.
   */
  private static boolean awaitUnserved(Path socket) {
    long until = System.nanoTime() + DYING.toNanos();
    while (isServed(socket)) {
      if (System.nanoTime() - until > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /** Whether a process listens on a Unix socket. */
  static boolean isServed(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code -qmp unix:PATH,...} or {@code -chardev socket,...,path=PATH,...}. */
  private static boolean serves(ProcessHandle process, Path socket) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      for (String argument : new String(line, StandardCharsets.UTF_8).split("\0", -1)) {
        String closed = argument + ",";
        if (closed.startsWith("unix:" + socket + ",")
            || (closed.startsWith("socket,") && closed.contains(",path=" + socket + ","))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // It has ended meanwhile.
      return false;
    }
  }
}
