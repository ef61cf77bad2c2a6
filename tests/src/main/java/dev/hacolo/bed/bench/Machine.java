package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What figures were measured on.
 *
 * @param cpu model of the CPU
 * @param cores cores that may be used
 * @param memoryMib memory in MiB
 * @param kernel release of the kernel
 * @param java version of Java
 * @param loadBefore load average over a minute before anything was started: others make figures bad
 */
record Machine(
    String cpu, int cores, long memoryMib, String kernel, String java, double loadBefore) {

  /** Describes this machine. */
  static Machine here(Placement placement) {
    try {
      return new Machine(
          field("/proc/cpuinfo", "model name"),
          placement.cores().size(),
          Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "")) / 1024,
          Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
          System.getProperty("java.version", "unknown"),
          Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]));
    } catch (IOException e) {
      throw new BedException("/proc is not mounted: the bench needs it", e);
    }
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  /** For a person, below a table: what it was measured on, where who ran, and what was booted. */
  String surroundings(String placement, String guest) {
    return String.format(
        Locale.ROOT,
        "%nmachine    %s, %d core(s), %d MiB, Linux %s; load before the start %.2f%n"
            + "placement  %s%nguest      %s%n",
        cpu,
        cores,
        memoryMib,
        kernel,
        loadBefore,
        placement,
        guest);
  }
}
