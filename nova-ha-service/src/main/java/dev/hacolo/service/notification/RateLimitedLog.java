package dev.hacolo.service.notification;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Logs at most so many lines a minute and says how many it left out. Thread-safe. */
public final class RateLimitedLog {
  private static final long WINDOW = Duration.ofMinutes(1).toNanos();

  private final Logger log;
  private final int perMinute;
  private final LongSupplier nanoTime;
  private long windowStart;
  private int written;
  private int leftOut;

  /** Writes to a logger. */
  public RateLimitedLog(Logger log, int perMinute, LongSupplier nanoTime) {
    this.log = log;
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
    windowStart = nanoTime.getAsLong();
  }

  /** Something is wrong with what others sent. */
  public void warn(String message) {
    if (admit()) {
      log.warn("{}", message);
    }
  }

  /** Something is wrong here. */
  public void error(String message, Throwable fault) {
    if (admit()) {
      log.error("{}", message, fault);
    }
  }

  private synchronized boolean admit() {
    long now = nanoTime.getAsLong();
    if (now - windowStart >= WINDOW) {
      if (leftOut > 0) {
        log.warn("{} similar lines were left out", leftOut);
      }
      windowStart = now;
      written = 0;
      leftOut = 0;
    }
    if (written >= perMinute) {
      leftOut++;
      return false;
    }
    written++;
    return true;
  }
}
