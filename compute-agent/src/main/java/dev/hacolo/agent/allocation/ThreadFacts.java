package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** What /proc tells of a thread. Blocking. */
final class ThreadFacts {
  private ThreadFacts() {}

  /** CPUs that a thread may really use; empty if it has ended. */
  static Optional<SortedSet<Integer>> cpus(long process, long thread) {
    return read(process, thread, "status")
        .flatMap(
            text -> text.lines().filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst())
        .map(line -> CpuList.parse(line.substring(line.indexOf(':') + 1)));
  }

  /**
   * CPUs that each thread is confined to, none in particular if it may use all that its process
   * may; without threads that have ended.
   */
  static Map<Long, SortedSet<Integer>> confinedTo(VcpuThreads threads) {
    Map<Long, SortedSet<Integer>> found = new HashMap<>();
    Optional<SortedSet<Integer>> whole = cpus(threads.process(), threads.process());
    if (whole.isPresent()) {
      for (long thread : threads.vcpus()) {
        cpus(threads.process(), thread)
            .map(cpus -> Effect.narrower(cpus, whole.get()))
            .ifPresent(cpus -> found.put(thread, cpus));
      }
    }
    return found;
  }

  /** CPUs that a process may use: those of its main thread. */
  static SortedSet<Integer> cpus(long process) {
    return cpus(process, process)
        .orElseThrow(() -> new StepException("process %d has ended".formatted(process)));
  }

  /**
   * Path of a thread's group as the kernel writes it; empty if it has ended.
   *
   * @param controller of cgroup v1; empty for v2
   */
  static Optional<String> group(long process, long thread, String controller) {
    return read(process, thread, "cgroup")
        .flatMap(text -> text.lines().filter(line -> has(line, controller)).findFirst())
        .map(line -> line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1));
  }

  private static boolean has(String line, String controller) {
    String[] fields = line.split(":", 3);
    return controller.isEmpty()
        ? fields[0].equals("0") && fields[1].isEmpty()
        : List.of(fields[1].split(",", -1)).contains(controller);
  }

  /** The process of a thread. */
  static long process(long thread) {
    return read(thread, thread, "status")
        .flatMap(text -> text.lines().filter(line -> line.startsWith("Tgid:")).findFirst())
        .map(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .orElseThrow(() -> new StepException("thread %d has ended".formatted(thread)));
  }

  /** When a process began, in clock ticks after boot: tells it from a later one of that number. */
  static Optional<Long> started(long process) {
    return read(process, process, "stat")
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19])
        .map(Long::parseLong);
  }

  static boolean isThere(long process, long thread) {
    return Files.exists(directory(process, thread));
  }

  /** Thread id of the caller. */
  static long self() {
    try {
      Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return Long.parseLong(link.getFileName().toString());
    } catch (IOException e) {
      throw new StepException("/proc/thread-self: " + e.getMessage());
    }
  }

  private static Optional<String> read(long process, long thread, String name) {
    try {
      return Optional.of(Files.readString(directory(process, thread).resolve(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path directory(long process, long thread) {
    return Path.of("/proc/%d/task/%d".formatted(process, thread));
  }
}
