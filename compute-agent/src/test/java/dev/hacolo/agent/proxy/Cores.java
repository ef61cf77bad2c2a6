package dev.hacolo.agent.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which core threads of this process run on, and how long others had it. */
final class Cores {
  private Cores() {}

  /**
   * Binds the threads whose names begin so to one core.
   *
   * @throws AssertionError if there is none, or taskset does not do it
   */
  static void pin(String prefix, int core) throws IOException, InterruptedException {
    List<Path> threads = threads(prefix);
    if (threads.isEmpty()) {
      throw new AssertionError("no thread is named " + prefix);
    }
    for (Path thread : threads) {
      Process taskset =
          new ProcessBuilder(
                  "taskset", "-cp", String.valueOf(core), thread.getFileName().toString())
              .redirectErrorStream(true)
              .start();
      byte[] said = taskset.getInputStream().readAllBytes();
      if (taskset.waitFor() != 0) {
        throw new AssertionError("taskset: " + new String(said, StandardCharsets.UTF_8));
      }
    }
  }

  /**
   * Nanoseconds for which threads whose names begin so were ready to run, but others ran: the
   * second number of the kernel's schedstat (Documentation/scheduler/sched-stats.rst).
   */
  static long waitedNanos(String prefix) throws IOException {
    long sum = 0;
    for (Path thread : threads(prefix)) {
      String[] numbers = Files.readString(thread.resolve("schedstat")).split(" ", -1);
      sum += Long.parseLong(numbers[1]);
    }
    return sum;
  }

  private static List<Path> threads(String prefix) throws IOException {
    List<Path> threads = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).startsWith(prefix)) {
          threads.add(task);
        }
      }
    }
    return threads;
  }
}
