package dev.hacolo.agent.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which core threads of this process run on. */
final class Cores {
  private Cores() {}

  /**
   * Binds the threads whose names begin so to one core.
   *
   * @throws AssertionError if there is none, or taskset does not do it
   */
  static void pin(String prefix, int core) throws IOException, InterruptedException {
    List<String> threads = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).startsWith(prefix)) {
          threads.add(String.valueOf(task.getFileName()));
        }
      }
    }
    if (threads.isEmpty()) {
      throw new AssertionError("no thread is named " + prefix);
    }
    for (String thread : threads) {
      Process taskset =
          new ProcessBuilder("taskset", "-cp", String.valueOf(core), thread)
              .redirectErrorStream(true)
              .start();
      byte[] said = taskset.getInputStream().readAllBytes();
      if (taskset.waitFor() != 0) {
        throw new AssertionError(
            "taskset: " + new String(said, java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }
}
