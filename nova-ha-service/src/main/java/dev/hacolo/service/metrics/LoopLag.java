package dev.hacolo.service.metrics;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Measures how late a timer on an event loop is: what blocks the loop shows here. */
public final class LoopLag {
  private static final long PERIOD_MS = 500;

  private LoopLag() {}

  /** Measures until Vert.x is closed. */
  public static void watch(Vertx vertx, ServiceMetrics metrics) {
    schedule(vertx, metrics);
  }

  private static void schedule(Vertx vertx, ServiceMetrics metrics) {
    long due = System.nanoTime() + PERIOD_MS * 1_000_000;
    vertx.setTimer(
        PERIOD_MS,
        now -> {
          metrics.loopLag(Duration.ofNanos(Math.max(0, System.nanoTime() - due)));
          schedule(vertx, metrics);
        });
  }
}
