package dev.hacolo.bed.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A process that the bed has started.
 *
 * @param name name for people, and of its log
 * @param process handle; its pid is the program's own, since every wrapper before it execs
 * @param log where it writes
 */
public record RunningProcess(String name, Process process, Path log) {
  private static final int TAIL_BYTES = 2000;

  /** Waits for a condition, and gives up at once when the process ends. */
  public void await(String what, Duration deadline, BooleanSupplier condition) {
    Await.until(
        deadline,
        () -> {
          requireAlive();
          return condition.getAsBoolean();
        },
        () ->
            "%s: %s did not happen within %d s; the end of %s:%n%s"
                .formatted(name, what, Patience.with(deadline).toSeconds(), log, tail()));
  }

  /** Fails with the end of the log if the process has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new BedException(
          "%s ended with status %d; the end of %s:%n%s"
              .formatted(name, process.exitValue(), log, tail()));
    }
  }

  /** Sends SIGKILL; does not wait. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Sends SIGKILL and returns when the process is dead. */
  public void killAndWait() {
    kill();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new BedException("%s survives SIGKILL".formatted(name));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while %s was being killed".formatted(name), e);
    }
  }

  /** Stops all its threads until {@link #goOn}. */
  public void pause() {
    Signals.pause(process.toHandle());
  }

  /** Lets a paused process go on. */
  public void goOn() {
    Signals.goOn(process.toHandle());
  }

  /** The end of the log. */
  public String tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(the log cannot be read: " + e.getMessage() + ")";
    }
  }
}
