package dev.hacolo.agent.metrics;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.agent.proxy.PathMeter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * The packet path's metrics, summed over all sessions of the host. A gate that has ended stays in
 * the counters. Thread-safe.
 */
public final class PathMetrics implements PathMeter {
  private final Map<Object, GateStatistics> gates = new ConcurrentHashMap<>();
  private final Map<Object, Integer> translated = new ConcurrentHashMap<>();
  private final List<Counted> counters = new ArrayList<>();

  /** A figure and its sum over the gates that have ended. */
  private record Counted(ToLongFunction<GateStatistics> figure, AtomicLong ended) {
    Counted(ToLongFunction<GateStatistics> figure) {
      this(figure, new AtomicLong());
    }
  }

  PathMetrics(MeterRegistry registry) {
    gauge(registry, "ha_colo_held_frames", "Outputs that wait", GateStatistics::heldFrames);
    gauge(registry, "ha_colo_held_bytes", "Bytes of outputs that wait", GateStatistics::heldBytes);
    gauge(registry, "ha_colo_flows", "TCP connections known", GateStatistics::flows);
    Gauge.builder("ha_colo_held_oldest_seconds", this, PathMetrics::oldestSeconds)
        .description("Age of the output that has waited longest")
        .register(registry);
    Gauge.builder(
            "ha_colo_translated_flows", translated, t -> t.values().stream().mapToInt(n -> n).sum())
        .description("TCP connections whose clients count in other numbers than the guest")
        .register(registry);
    String inputs = "ha_colo_input_frames";
    counter(registry, inputs, "Frames that guests got", "nic", "all", GateStatistics::inputs);
    released(registry, "compared", GateStatistics::compared);
    released(registry, "checkpointed", GateStatistics::checkpointed);
    released(registry, "pre_released", GateStatistics::preReleased);
    released(registry, "no_content", GateStatistics::stable);
    released(registry, "unchecked", GateStatistics::unchecked);
    dropped(registry, "frames", GateStatistics::droppedFrames);
    dropped(registry, "bytes", GateStatistics::droppedBytes);
    dropped(registry, "flows", GateStatistics::droppedFlows);
    verdict(registry, "equal", GateStatistics::equal);
    verdict(registry, "different", GateStatistics::different);
    for (CheckpointCause cause : CheckpointCause.values()) {
      counter(
          registry,
          "ha_colo_checkpoint_causes",
          "Causes for which a checkpoint became due",
          "cause",
          cause.name().toLowerCase(Locale.ROOT),
          s -> s.causes().getOrDefault(cause, 0L));
    }
  }

  private void released(MeterRegistry registry, String reason, ToLongFunction<GateStatistics> f) {
    counter(registry, "ha_colo_released_frames", "Outputs that left", "reason", reason, f);
  }

  private void dropped(MeterRegistry registry, String bound, ToLongFunction<GateStatistics> f) {
    counter(registry, "ha_colo_dropped_frames", "Outputs dropped at a bound", "bound", bound, f);
  }

  private void verdict(MeterRegistry registry, String verdict, ToLongFunction<GateStatistics> f) {
    counter(registry, "ha_colo_verdicts", "Answers of secondaries", "verdict", verdict, f);
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToLongFunction<GateStatistics> figure) {
    Gauge.builder(name, this, m -> m.sum(figure)).description(what).register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String what,
      String tag,
      String value,
      ToLongFunction<GateStatistics> figure) {
    Counted counted = new Counted(figure);
    counters.add(counted);
    FunctionCounter.builder(name, counted, c -> c.ended.get() + sum(c.figure))
        .description(what)
        .tag(tag, value)
        .register(registry);
  }

  private double sum(ToLongFunction<GateStatistics> figure) {
    return gates.values().stream().mapToLong(figure).sum();
  }

  private double oldestSeconds() {
    return gates.values().stream().mapToLong(GateStatistics::oldestNanos).max().orElse(0) / 1e9;
  }

  @Override
  public void translated(Object path, int connections) {
    if (connections == 0) {
      translated.remove(path);
    } else {
      translated.put(path, connections);
    }
  }

  @Override
  public void gate(Object gate, GateStatistics now) {
    gates.put(gate, now);
  }

  @Override
  public void gateEnded(Object gate, GateStatistics last) {
    gates.remove(gate);
    counters.forEach(c -> c.ended.addAndGet(c.figure.applyAsLong(last)));
  }
}
