package dev.hacolo.agent.process;

import dev.hacolo.agent.domain.StepException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for the end of a QEMU that was killed. Blocking. */
public final class Ending {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private Ending() {}

  /**
   * Returns when the process has ended.
   *
   * @throws StepException if it has not within 10 s
   */
  public static void await(ProcessHandle process) {
    try {
      process.onExit().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new StepException("QEMU process %d does not end".formatted(process.pid()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException("interrupted while QEMU was being ended");
    }
  }
}
