package dev.hacolo.bed.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/** The QEMUs that a node's agent has started: secondaries, and those that took over. */
public final class AgentQemus {
  private AgentQemus() {}

  /** Those of an instance that run now. */
  public static Stream<ProcessHandle> of(String node, UUID instance) {
    String socket = "/nodes/%s/run/%s.qmp".formatted(node, instance);
    return ProcessHandle.allProcesses().filter(p -> commandLine(p).contains(socket));
  }

  private static String commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      String line = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return line.contains("qemu-system") ? line : "";
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }
}
