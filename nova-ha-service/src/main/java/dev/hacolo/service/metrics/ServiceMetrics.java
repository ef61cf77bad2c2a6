package dev.hacolo.service.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Every figure that the service shows. Labels take values from small fixed sets only. Thread-safe,
 * never blocks.
 */
public final class ServiceMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<String, AtomicLong> pairs = new ConcurrentHashMap<>();
  private final AtomicLong database = up("hacolo_database_up", "Whether PostgreSQL answers");
  private final AtomicLong broker = up("hacolo_broker_up", "Whether the broker is connected");
  private final AtomicLong cloud = up("hacolo_openstack_up", "Whether the last call succeeded");
  private final AtomicLong hostsAlive = up("hacolo_hosts_alive", "Agents that report");
  private final Timer loopLag =
      Timer.builder("hacolo_event_loop_lag")
          .description("Delay of a timer on the event loop")
          .publishPercentiles(0.5, 0.99)
          .register(registry);
  private final Timer claimTime =
      Timer.builder("hacolo_claim_duration")
          .description("From a claim's arrival to its answer")
          .publishPercentiles(0.5, 0.99)
          .register(registry);

  /** Registers all meters. */
  public ServiceMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  private AtomicLong up(String name, String description) {
    AtomicLong value = new AtomicLong();
    Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    return value;
  }

  /** A notification was dealt with. */
  public void notification(String outcome) {
    Counter.builder("hacolo_notifications")
        .description("Notifications by outcome")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** An order got an answer. */
  public void order(String target, String outcome) {
    Counter.builder("hacolo_orders")
        .description("Orders to agents by target and outcome")
        .tag("target", target)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** A claim was answered. */
  public void claim(String verdict, Duration took) {
    Counter.builder("hacolo_claims")
        .description("Claims by verdict")
        .tag("verdict", verdict)
        .register(registry)
        .increment();
    claimTime.record(took);
  }

  /** A pair changed state. */
  public void transition(String event) {
    Counter.builder("hacolo_pair_events")
        .description("Events of pairs")
        .tag("event", event)
        .register(registry)
        .increment();
  }

  /** Number of pairs in a state. */
  public void pairs(String state, long count) {
    pairs
        .computeIfAbsent(
            state,
            name -> {
              AtomicLong value = new AtomicLong();
              Gauge.builder("hacolo_pairs", value, AtomicLong::get)
                  .description("Pairs by state")
                  .tag("state", name)
                  .register(registry);
              return value;
            })
        .set(count);
  }

  /** Whether the database answers. */
  public void databaseUp(boolean up) {
    database.set(up ? 1 : 0);
  }

  /** Which of several replicas leads. */
  public void leads(BooleanSupplier leads) {
    Gauge.builder("hacolo_leader", () -> leads.getAsBoolean() ? 1 : 0)
        .description("Whether this replica moves pairs")
        .register(registry);
  }

  /** Whether the broker is connected. */
  public void brokerUp(boolean up) {
    broker.set(up ? 1 : 0);
  }

  /** Whether the last call to OpenStack succeeded. */
  public void cloudUp(boolean up) {
    cloud.set(up ? 1 : 0);
  }

  /** Agents that report. */
  public void hostsAlive(long count) {
    hostsAlive.set(count);
  }

  /** A timer on the event loop was late by this much. */
  public void loopLag(Duration lag) {
    loopLag.record(lag);
  }

  /** Everything, in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
