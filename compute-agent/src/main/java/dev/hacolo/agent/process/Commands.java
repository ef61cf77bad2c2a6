package dev.hacolo.agent.process;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs. Blocking: call it on a worker thread. */
public final class Commands {
  private static final int MAX_OUTPUT = 64 << 10;

  private Commands() {}

  /**
   * What a program left.
   *
   * @param status exit status
   * @param output standard output and error together, at most 64 KiB
   */
  public record Result(int status, String output) {
    /** The first line of the output that says something. */
    public String firstLine() {
      return output.lines().filter(l -> !l.isBlank()).findFirst().orElse("no message").strip();
    }
  }

  /** Runs a program to its end; one that exceeds the deadline is killed. */
  public static Result run(List<String> command, Duration deadline) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new StepException(
          "%s cannot be started: %s; install it or correct its path"
              .formatted(command.get(0), e.getMessage()));
    }
    // The deadline holds even while the program keeps its output open without writing.
    process
        .toHandle()
        .onExit()
        .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            e -> {
              process.destroyForcibly();
              return process.toHandle();
            });
    try (var out = process.getInputStream()) {
      process.getOutputStream().close();
      String output = new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new StepException(
            "%s did not end within %d ms".formatted(command.get(0), deadline.toMillis()));
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new StepException("%s: %s".formatted(command.get(0), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(command.get(0) + " was interrupted");
    }
  }

  /**
   * Runs a program that leaves a daemon behind, which keeps the log open as its standard error.
   *
   * @param log receives standard output and error; replaced
   */
  public static Result runDaemon(List<String> command, Path log, Duration deadline) {
    Process process = null;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StepException(
            "%s did not end within %d ms".formatted(command.get(0), deadline.toMillis()));
      }
      return new Result(process.exitValue(), Files.readString(log));
    } catch (IOException e) {
      throw new StepException(
          "%s cannot be started: %s; install it or correct its path"
              .formatted(command.get(0), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(command.get(0) + " was interrupted");
    } finally {
      if (process != null && process.isAlive()) {
        process.destroyForcibly();
      }
    }
  }

  /** Runs a program that must succeed. */
  public static void check(List<String> command, Duration deadline) {
    Result result = run(command, deadline);
    if (result.status() != 0) {
      throw new StepException(
          "%s failed: %s".formatted(String.join(" ", command), result.firstLine()));
    }
  }
}
