package dev.hacolo.agent.qemu;

import io.vertx.core.Future;
import java.util.function.Function;

/** Runs asynchronous steps one after the other. */
final class Chain {
  private Chain() {}

  /** Applies a step to each item in order; the first failure ends the chain. */
  static <T> Future<Void> each(Iterable<T> items, Function<T, Future<Void>> step) {
    Future<Void> chain = Future.succeededFuture();
    for (T item : items) {
      chain = chain.compose(v -> step.apply(item));
    }
    return chain;
  }
}
