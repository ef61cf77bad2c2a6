package dev.hacolo.service.store;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is too old, every ten minutes, on a thread of its own. */
public final class Pruner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pruner.class);
  private static final Duration EVERY = Duration.ofMinutes(10);

  private final Retention retention;
  private final Thread thread = new Thread(this::run, "pruner");

  /** Makes the pruner; {@link #start} starts it. */
  public Pruner(Retention retention) {
    this.retention = retention;
  }

  /** Starts the thread; the first removal comes after one interval. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY.toMillis());
        prune();
      }
    } catch (InterruptedException e) {
      log.debug("pruner stopped");
    }
  }

  private void prune() {
    try {
      int removed = retention.prune(Instant.now());
      if (removed > 0) {
        log.info("{} old row(s) removed", removed);
      }
    } catch (DatabaseUnavailableException e) {
      log.debug("pruning put off: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("pruning failed", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(3000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
