package dev.hacolo.bed.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short commands that are waited for. */
public final class Command {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private Command() {}

  /**
   * Result of a command.
   *
   * @param status exit status
   * @param output standard output and standard error together
   */
  public record Result(int status, String output) {}

  /** Runs a command that must succeed within 30 s and returns its output. */
  public static String run(String... command) {
    return run(DEADLINE, List.of(command));
  }

  /** Runs a command that must succeed within the deadline and returns its output. */
  public static String run(Duration deadline, List<String> command) {
    Result result = attempt(deadline, command);
    if (result.status() != 0) {
      throw new BedException(
          "'%s' ended with status %d: %s"
              .formatted(String.join(" ", command), result.status(), result.output().strip()));
    }
    return result.output();
  }

  /** Runs a command and returns what it said, whatever its status. */
  public static Result attempt(Duration usualDeadline, List<String> command) {
    Duration deadline = Patience.with(usualDeadline);
    Path output = null;
    try {
      // A file and no pipe: a child that the command leaves behind cannot hold up the reader.
      output = Files.createTempFile("command", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(new java.io.File("/dev/null"))
              .start();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new BedException(
            "'%s' did not end within %d s"
                .formatted(String.join(" ", command), deadline.toSeconds()));
      }
      return new Result(
          process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new BedException(
          "'%s' cannot be started: %s".formatted(command.get(0), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted during '%s'".formatted(command.get(0)), e);
    } finally {
      if (output != null) {
        output.toFile().delete();
      }
    }
  }
}
