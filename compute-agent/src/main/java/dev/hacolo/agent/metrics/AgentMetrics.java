package dev.hacolo.agent.metrics;

import dev.hacolo.common.api.SessionPhase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** All metrics of the agent. Thread-safe. */
public final class AgentMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer pauses =
      Timer.builder("ha_colo_checkpoint_pause")
          .description("Time that a VM of this host was stopped for a checkpoint")
          .publishPercentileHistogram()
          .minimumExpectedValue(Duration.ofMillis(1))
          .maximumExpectedValue(Duration.ofSeconds(5))
          .register(registry);

  /** A checkpoint stopped a VM for so long. */
  public void checkpointPause(long nanos) {
    pauses.record(Duration.ofNanos(nanos));
  }

  private final CheckpointMetrics checkpoints = new CheckpointMetrics(registry, System::nanoTime);

  /** The part of the checkpoints that this host's primaries ask for. */
  public CheckpointMetrics checkpoints() {
    return checkpoints;
  }

  private final PathMetrics packets = new PathMetrics(registry);

  /** The packet path's part. */
  public PathMetrics packets() {
    return packets;
  }

  private final LeaseMetrics leases = new LeaseMetrics(registry);

  /** The output leases' part. */
  public LeaseMetrics leases() {
    return leases;
  }

  /** Shows how many sessions are in each phase. */
  public void sessions(ToDoubleFunction<SessionPhase> count) {
    for (SessionPhase phase : SessionPhase.values()) {
      Gauge.builder("ha_colo_sessions", () -> count.applyAsDouble(phase))
          .description("Sessions of this host by phase")
          .tag("phase", phase.name())
          .register(registry);
    }
  }

  /** An order of the service, by what became of it. */
  public void order(String target, boolean accepted) {
    Counter.builder("ha_colo_orders")
        .description("Orders of the service")
        .tag("target", target)
        .tag("outcome", accepted ? "accepted" : "refused")
        .register(registry)
        .increment();
  }

  private final Counter liftFailures =
      Counter.builder("ha_colo_vcpu_lift_failures")
          .description("Tries to lift a limit of a promoted VM's vCPUs that failed")
          .register(registry);

  /** A limit of a VM's vCPUs could not be lifted. */
  public void vcpuLiftFailed() {
    liftFailures.increment();
  }

  /** Prometheus text format. */
  public String scrape() {
    return registry.scrape();
  }
}
