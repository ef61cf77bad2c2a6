package dev.hacolo.agent.watchdog;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/**
 * A process of its own that kills another one from which it has heard nothing for too long: also
 * one that is stopped. It ends when the other end of its pipe is closed, so it outlives nobody. Not
 * thread-safe.
 */
final class Watchdog implements AutoCloseable {
  /**
   * read's status is above 128 after the time, 1 at the end of the input. The pipe is open as long
   * as the process lives, so its number cannot be anybody else's when it is killed.
   */
  private static final String SCRIPT =
      "while :; do IFS= read -r -t \"$2\" line; status=$?;"
          + " ((status == 0)) || break; done; ((status > 128)) && kill -KILL \"$1\"";

  private final Process process;
  private final OutputStream pipe;

  private Watchdog(Process process) {
    this.process = process;
    this.pipe = process.getOutputStream();
  }

  /**
   * Starts one.
   *
   * @param pid whom it watches: the holder of this object
   * @param patience silence after which that is killed; whole seconds count
   * @throws StepException if it cannot be started
   */
  static Watchdog over(long pid, Duration patience) {
    List<String> command =
        List.of(
            "bash",
            "-c",
            SCRIPT,
            "ha-colo-watchdog",
            Long.toString(pid),
            Long.toString(Math.max(1, patience.toSeconds())));
    try {
      return new Watchdog(
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new StepException("the watchdog cannot be started: " + e.getMessage());
    }
  }

  /**
   * Tells it that all is well.
   *
   * @return false if it is not there any more
   */
  boolean tell() {
    try {
      pipe.write('\n');
      pipe.flush();
      return process.isAlive();
    } catch (IOException e) {
      return false;
    }
  }

  /** The process. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends it; nobody is killed. */
  @Override
  public void close() {
    try {
      pipe.close();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
