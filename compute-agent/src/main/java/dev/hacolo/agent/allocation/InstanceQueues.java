package dev.hacolo.agent.allocation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Blocking work, one piece after the other for each instance, on few threads of its own, so that
 * lifting a limit does not wait for other work. Thread-safe.
 */
final class InstanceQueues {
  private static final int THREADS = 2;

  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final Map<UUID, Future<?>> last = new HashMap<>();

  InstanceQueues(Vertx vertx) {
    this.vertx = vertx;
    this.workers = vertx.createSharedWorkerExecutor("vcpu-allocation", THREADS);
  }

  /**
   * Runs work after all that was given for the instance before. Completes on the caller's context.
   */
  <T> Future<T> run(UUID instance, Callable<T> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> result = Promise.promise();
    Future<T> mine = append(instance, work);
    mine.onComplete(done -> caller.runOnContext(v -> mine.onComplete(result)));
    return result.future();
  }

  private synchronized <T> Future<T> append(UUID instance, Callable<T> work) {
    Future<?> before = last.getOrDefault(instance, Future.succeededFuture());
    Future<T> mine =
        before.mapEmpty().otherwiseEmpty().compose(v -> workers.executeBlocking(work, false));
    last.put(instance, mine);
    mine.onComplete(done -> drop(instance, mine));
    return mine;
  }

  private synchronized void drop(UUID instance, Future<?> done) {
    last.remove(instance, done);
  }
}
