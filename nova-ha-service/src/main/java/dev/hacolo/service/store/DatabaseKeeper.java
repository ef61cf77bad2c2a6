package dev.hacolo.service.store;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the database as soon as it can be reached and watches it from then on, on a thread of
 * its own. Logs changes only.
 */
public final class DatabaseKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatabaseKeeper.class);
  private static final Duration WATCH = Duration.ofSeconds(1);

  private final Database database;
  private final Duration retryInitial;
  private final Duration retryMax;
  private final Consumer<Boolean> onChange;
  private final Thread thread;
  private volatile boolean up;
  private volatile boolean closed;

  /**
   * Makes the keeper; {@link #start} starts it.
   *
   * @param onChange told on the keeper's thread whenever the database comes or goes
   */
  public DatabaseKeeper(
      Database database, Duration retryInitial, Duration retryMax, Consumer<Boolean> onChange) {
    this.database = database;
    this.retryInitial = retryInitial;
    this.retryMax = retryMax;
    this.onChange = onChange;
    thread = new Thread(this::run, "database-keeper");
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Whether the database answered lately and has the schema. */
  public boolean isUp() {
    return up;
  }

  private void run() {
    boolean prepared = false;
    Duration delay = retryInitial;
    while (!closed) {
      try {
        if (!prepared) {
          int applied = database.prepare();
          prepared = true;
          log.info("database ready, {} migration(s) applied", applied);
        } else {
          database.ping();
        }
        set(true, "");
        delay = retryInitial;
        pause(WATCH);
      } catch (DatabaseUnavailableException e) {
        set(false, String.valueOf(e.getMessage()));
        pause(delay);
        delay = shorter(delay.multipliedBy(2), retryMax);
      } catch (RuntimeException e) {
        log.error("the database watch failed", e);
        pause(retryMax);
      }
    }
  }

  private void set(boolean now, String reason) {
    if (now != up || (!now && !reason.equals(lastReason))) {
      if (!now) {
        log.warn("database away: {}", reason);
      } else if (!lastReason.isEmpty()) {
        log.info("database back");
      }
    }
    lastReason = reason;
    if (now != up) {
      up = now;
      onChange.accept(now);
    }
  }

  private String lastReason = "";

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(3000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
