package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Ends a running sequence of steps at its next one. Event-loop confined. */
public final class Cancellation {
  private final Promise<Void> cancelled = Promise.promise();

  /** Ends the sequence; a second call changes nothing. */
  public void cancel(String reason) {
    cancelled.tryFail(new StepException(reason));
  }

  /** Fails when the sequence is to end; never succeeds. */
  Future<Void> asFuture() {
    return cancelled.future();
  }

  /** Runs a step, unless the sequence is to end. */
  public <T> Future<T> step(Supplier<Future<T>> step) {
    return cancelled.future().failed()
        ? Future.failedFuture(cancelled.future().cause())
        : step.get();
  }
}
