package dev.hacolo.agent.process;

import dev.hacolo.agent.domain.StepException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs. Blocking: call it on a worker thread. */
public final class Commands {
  private static final int MAX_OUTPUT = 64 << 10;
  private static final long POLL_MILLIS = 2;

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

  /**
   * Runs a program to its end; one that exceeds the deadline is killed with its children. Output
   * beyond the bound is read and thrown away, so that the program can go on.
   *
   * <p>The output is polled, not read to its end: a child that outlives the program would keep it
   * open.
   */
  public static Result run(List<String> command, Duration deadline) {
    Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    long until = System.nanoTime() + deadline.toNanos();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        drain(out, output);
        if (System.nanoTime() - until > 0) {
          throw late(command, deadline);
        }
      }
      drain(out, output);
      return new Result(process.exitValue(), output.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new StepException("%s: %s".formatted(command.get(0), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(command.get(0) + " was interrupted");
    } finally {
      end(process);
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new StepException(
          "%s cannot be started: %s; install it or correct its path"
              .formatted(builder.command().get(0), e.getMessage()));
    }
  }

  private static void drain(InputStream from, ByteArrayOutputStream to) throws IOException {
    byte[] bytes = new byte[8192];
    while (from.available() > 0) {
      int count = from.read(bytes);
      to.write(bytes, 0, Math.max(0, Math.min(count, MAX_OUTPUT - to.size())));
    }
  }

  private static StepException late(List<String> command, Duration deadline) {
    return new StepException(
        "%s did not end within %d ms".formatted(command.get(0), deadline.toMillis()));
  }

  private static void end(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /**
   * Runs a program that leaves a daemon behind, which keeps the log open as its standard error.
   *
   * @param log receives standard output and error; replaced
   */
  public static Result runDaemon(List<String> command, Path log, Duration deadline) {
    Process process =
        start(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw late(command, deadline);
      }
      try (InputStream out = Files.newInputStream(log)) {
        byte[] head = out.readNBytes(MAX_OUTPUT);
        return new Result(process.exitValue(), new String(head, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new StepException("%s: its log: %s".formatted(command.get(0), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException(command.get(0) + " was interrupted");
    } finally {
      end(process);
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
