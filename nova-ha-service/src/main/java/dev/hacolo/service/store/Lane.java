package dev.hacolo.service.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads and a bounded queue for blocking work that an event loop asks for. What does not
 * fit is refused at once: a late answer is worth less than an early refusal.
 */
public final class Lane implements AutoCloseable {
  private final Vertx vertx;
  private final String name;
  private final ThreadPoolExecutor executor;

  /** Starts no thread before there is work. */
  public Lane(Vertx vertx, String name, int threads, int queue) {
    this.vertx = vertx;
    this.name = name;
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            work -> new Thread(work, name + "-" + number.incrementAndGet()));
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs work; the future completes on the caller's event loop if it has one. */
  public <T> Future<T> run(Callable<T> work) {
    Context context = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    try {
      executor.execute(() -> run(work, context, promise));
    } catch (RejectedExecutionException e) {
      promise.fail(new DatabaseUnavailableException("too much work is waiting on " + name));
    }
    return promise.future();
  }

  private static <T> void run(Callable<T> work, Context context, Promise<T> promise) {
    try {
      T result = work.call();
      context.runOnContext(done -> promise.complete(result));
    } catch (Throwable e) {
      context.runOnContext(done -> promise.fail(e));
    }
  }

  /** Lets running work end within a second, then interrupts it. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(1, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
