package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.process.Ending;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A domain's QEMU process, found by its vCPU threads. Blocking. */
final class QemuProcess {
  private static final String GROUP = "Tgid:";

  private QemuProcess() {}

  /**
   * The process that the vCPUs belong to.
   *
   * @param cpus what QEMU answered to {@code query-cpus-fast}
   */
  static ProcessHandle ofThread(Object cpus) {
    if (cpus instanceof JsonArray list
        && !list.isEmpty()
        && list.getValue(0) instanceof JsonObject first) {
      long thread = first.getLong("thread-id", 0L);
      return ProcessHandle.of(group(thread))
          .orElseThrow(() -> new StepException("the domain's QEMU has ended"));
    }
    throw new StepException("QEMU names no vCPU");
  }

  private static long group(long thread) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(thread), "status")).stream()
          .filter(line -> line.startsWith(GROUP))
          .mapToLong(line -> Long.parseLong(line.substring(GROUP.length()).strip()))
          .findFirst()
          .orElse(thread);
    } catch (IOException e) {
      throw new StepException("the domain's QEMU has ended");
    }
  }

  /** Kills it and returns when it has ended. */
  static void kill(ProcessHandle process) {
    process.destroyForcibly();
    Ending.await(process);
  }

  /** Its arguments as one text; empty if it has ended. */
  static String commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
