package dev.hacolo.agent.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Figures of several things of one kind as one metric each. Things that have ended stay in the
 * counters. Thread-safe once all metrics are declared.
 *
 * @param <T> figures of one thing
 */
final class Sums<T> {
  private final MeterRegistry registry;
  private final Map<Object, T> things = new ConcurrentHashMap<>();
  private final List<Counted<T>> counters = new ArrayList<>();

  /** A figure and its sum over the things that have ended. */
  private record Counted<T>(ToLongFunction<T> figure, AtomicLong ended) {}

  Sums(MeterRegistry registry) {
    this.registry = registry;
  }

  void gauge(String name, String what, ToLongFunction<T> figure) {
    Gauge.builder(name, this, m -> m.sum(figure)).description(what).register(registry);
  }

  void counter(String name, String what, String tag, String value, ToLongFunction<T> figure) {
    Counted<T> counted = new Counted<>(figure, new AtomicLong());
    counters.add(counted);
    FunctionCounter.builder(name, counted, c -> c.ended.get() + sum(c.figure))
        .description(what)
        .tag(tag, value)
        .register(registry);
  }

  private double sum(ToLongFunction<T> figure) {
    return things.values().stream().mapToLong(figure).sum();
  }

  /** The greatest now; 0 without any. */
  double most(ToLongFunction<T> figure) {
    return things.values().stream().mapToLong(figure).max().orElse(0);
  }

  void now(Object thing, T figures) {
    things.put(thing, figures);
  }

  void ended(Object thing, T last) {
    things.remove(thing);
    counters.forEach(c -> c.ended.addAndGet(c.figure.applyAsLong(last)));
  }
}
