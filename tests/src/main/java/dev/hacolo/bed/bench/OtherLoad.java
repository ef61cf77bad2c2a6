package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.ProcStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CPU time that processes which are not the bench's take meanwhile: figures of a busy machine are
 * worth little, and this says so. In the kernel's clock ticks, from {@code /proc/stat} and {@code
 * /proc/PID/stat} (proc(5)); interrupts count as nobody's.
 *
 * @param machine ticks of all processes since boot
 * @param ours ticks of this JVM and each of its processes, by pid
 * @param nanos when it was read
 */
record OtherLoad(long machine, Map<Long, Long> ours, long nanos) {
  private static final double TOLERATED_PERCENT = 10;

  OtherLoad {
    ours = Map.copyOf(ours);
  }

  /**
   * Reads the present state.
   *
   * @param run the bench's directory: a process with it in its command line is the bench's, even if
   *     it has left its parents, as a secondary's QEMU does
   */
  static OtherLoad now(Path run) {
    Map<Long, Long> ours = new HashMap<>();
    ProcessHandle self = ProcessHandle.current();
    try (Stream<ProcessHandle> family = Stream.concat(Stream.of(self), self.descendants());
        Stream<ProcessHandle> marked = ProcessHandle.allProcesses().filter(p -> names(p, run))) {
      Stream.concat(family, marked)
          .forEach(p -> line("/proc/%d/stat".formatted(p.pid())).ifPresent(s -> put(ours, p, s)));
    }
    long machine = line("/proc/stat").map(OtherLoad::machineTicks).orElse(0L);
    return new OtherLoad(machine, ours, System.nanoTime());
  }

  /** What others have used since then, in percent of one core. A process that ended is not seen. */
  double percentSince(OtherLoad earlier) {
    long mine =
        ours.entrySet().stream()
            .mapToLong(e -> e.getValue() - earlier.ours.getOrDefault(e.getKey(), 0L))
            .sum();
    double seconds = (nanos - earlier.nanos) / 1e9;
    long others = Math.max(0, machine - earlier.machine - mine);
    return 100 * others / ProcStat.TICKS_PER_SECOND / seconds;
  }

  /**
   * A line for a person where figures are not worth much; else nothing.
   *
   * @param mostPercent of one core
   */
  static String note(double mostPercent) {
    return mostPercent <= TOLERATED_PERCENT
        ? ""
        : String.format(
            Locale.ROOT,
            "NOTE       other processes used up to %.0f %% of a core meanwhile: do not trust this%n",
            mostPercent);
  }

  /** User, nice and system time of the line of all cores. */
  static long machineTicks(String line) {
    String[] words = line.strip().split(" +", -1);
    return Long.parseLong(words[1]) + Long.parseLong(words[2]) + Long.parseLong(words[3]);
  }

  private static boolean names(ProcessHandle process, Path run) {
    try {
      return Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())))
          .contains(run.toString());
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static void put(Map<Long, Long> ours, ProcessHandle process, String stat) {
    ours.put(process.pid(), ProcStat.cpuTicks(stat));
  }

  private static Optional<String> line(String file) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.findFirst();
    } catch (IOException e) {
      return Optional.empty(); // It has ended.
    }
  }
}
