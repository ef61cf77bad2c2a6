package dev.hacolo.bed.guest;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the vCPU threads of a QEMU have used since they began, and no other thread of it: QEMU calls
 * them {@code CPU n/...} where {@code debug-threads} is on. From {@code /proc/PID/task} (proc(5)).
 *
 * @param cpuSeconds CPU time, user and system
 * @param involuntarySwitches how often one of them lost its CPU although it could have gone on
 */
public record VcpuUse(double cpuSeconds, long involuntarySwitches) {
  /** Nothing. */
  public static final VcpuUse NONE = new VcpuUse(0, 0);

  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final String SWITCHES = "nonvoluntary_ctxt_switches:";

  /** Reads the present state. */
  public static VcpuUse of(long pid) {
    return tasks(pid).stream().map(VcpuUse::ofTask).reduce(NONE, VcpuUse::plus);
  }

  /** CPUs that the vCPU threads may use, in the kernel's form of a list; one for each thread. */
  public static List<String> allowedCpus(long pid) {
    return tasks(pid).stream().map(t -> field(t, ALLOWED)).toList();
  }

  /** CPUs that the QEMU's main thread may use, in the same form. */
  public static String allowedCpusOfMain(long pid) {
    return field(Path.of("/proc/%d".formatted(pid)), ALLOWED);
  }

  /** What was used since then. */
  public VcpuUse since(VcpuUse earlier) {
    return new VcpuUse(
        cpuSeconds - earlier.cpuSeconds, involuntarySwitches - earlier.involuntarySwitches);
  }

  /** What two VMs have used together. */
  public VcpuUse plus(VcpuUse other) {
    return new VcpuUse(
        cpuSeconds + other.cpuSeconds, involuntarySwitches + other.involuntarySwitches);
  }

  private static List<Path> tasks(long pid) {
    try (Stream<Path> all = Files.list(Path.of("/proc/%d/task".formatted(pid)))) {
      Predicate<Path> isVcpu = task -> read(task.resolve("comm")).startsWith("CPU ");
      return all.filter(isVcpu).toList();
    } catch (IOException e) {
      throw new BedException("QEMU %d has ended".formatted(pid), e);
    }
  }

  private static VcpuUse ofTask(Path task) {
    long ticks = ProcStat.cpuTicks(read(task.resolve("stat")));
    return new VcpuUse(ticks / ProcStat.TICKS_PER_SECOND, Long.parseLong(field(task, SWITCHES)));
  }

  private static String field(Path task, String name) {
    return read(task.resolve("status"))
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new BedException("%s has no %s".formatted(task, name)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
