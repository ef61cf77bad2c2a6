package dev.hacolo.bed.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Keeps the logs of the last run that failed, and of no other. */
public final class FailedRun {
  private static final long LARGEST = 16 << 20;
  private static final int MOST_FILES = 100;

  private FailedRun() {}

  /** Copies the logs to {@code failed/} of the state directory, in place of earlier ones. */
  public static Path keepLogs(StateDirectory state, RunDirectory run) throws IOException {
    Path target = Files.createDirectories(state.root().resolve("failed"));
    for (Path old : logs(target)) {
      Files.delete(old);
    }
    for (Path log : logs(run.path())) {
      String name = run.path().relativize(log).toString().replace('/', '.');
      Files.copy(log, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  private static List<Path> logs(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".log") && Files.isRegularFile(file))
          .filter(file -> file.toFile().length() <= LARGEST)
          .limit(MOST_FILES)
          .toList();
    }
  }
}
