package dev.hacolo.agent.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One Vert.x event loop, on which a test runs what must run on one. */
public final class EventLoop implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 20;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
  private final Context context = vertx.getOrCreateContext();
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();

  /** Starts it. */
  public EventLoop() {
    context.exceptionHandler(faults::add);
  }

  /** The Vert.x instance. */
  public Vertx vertx() {
    return vertx;
  }

  /** Exceptions that nobody caught on the event loop. */
  public List<Throwable> faults() {
    return faults;
  }

  /** Runs an asynchronous step on the loop and waits for its result. */
  public <T> T get(Supplier<Future<T>> step) {
    try {
      return begin(step)
          .toCompletionStage()
          .toCompletableFuture()
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no result within %d s".formatted(DEADLINE_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Runs an asynchronous step on the loop and waits for its failure. */
  public Throwable failure(Supplier<Future<?>> step) {
    return get(
        () ->
            step.get()
                .<Throwable>map(
                    r -> {
                      throw new AssertionError("expected a failure, got " + r);
                    })
                .recover(
                    e ->
                        e instanceof AssertionError
                            ? Future.failedFuture(e)
                            : Future.succeededFuture(e)));
  }

  /** Begins an asynchronous step on the loop. */
  public <T> Future<T> begin(Supplier<Future<T>> step) {
    io.vertx.core.Promise<T> result = io.vertx.core.Promise.promise();
    context.runOnContext(
        v -> {
          try {
            step.get().onComplete(result);
          } catch (RuntimeException | Error e) {
            result.fail(e);
          }
        });
    return result.future();
  }

  /** Runs a plain step on the loop and waits for its result. */
  public <T> T call(Supplier<T> step) {
    return get(() -> Future.succeededFuture(step.get()));
  }

  /** Runs a plain step on the loop and waits for its end. */
  public void run(Runnable step) {
    call(
        () -> {
          step.run();
          return true;
        });
  }

  @Override
  public void close() {
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
