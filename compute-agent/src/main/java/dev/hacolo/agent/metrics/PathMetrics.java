package dev.hacolo.agent.metrics;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.GateStatistics;
import dev.hacolo.agent.proxy.LeaseFigures;
import dev.hacolo.agent.proxy.PathMeter;
import dev.hacolo.agent.proxy.SecondaryFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** The packet path's metrics, summed over all sessions of the host. Thread-safe. */
public final class PathMetrics implements PathMeter {
  private final Sums<GateStatistics> gates;
  private final Sums<SecondaryFigures> secondaries;
  private final Sums<LeaseFigures> leases;
  private final Map<Object, Integer> translated = new ConcurrentHashMap<>();

  PathMetrics(MeterRegistry registry) {
    gates = new Sums<>(registry);
    secondaries = new Sums<>(registry);
    leases = new Sums<>(registry);
    gates();
    secondaries();
    leases();
    Gauge.builder("ha_colo_held_oldest_seconds", this, PathMetrics::oldestSeconds)
        .description("Age of the output that has waited longest")
        .register(registry);
    Gauge.builder(
            "ha_colo_translated_flows", translated, t -> t.values().stream().mapToInt(n -> n).sum())
        .description("TCP connections whose clients count in other numbers than the guest")
        .register(registry);
  }

  private void gates() {
    gates.gauge("ha_colo_held_frames", "Outputs that wait", GateStatistics::heldFrames);
    gates.gauge("ha_colo_held_bytes", "Bytes of outputs that wait", GateStatistics::heldBytes);
    gates.gauge("ha_colo_flows", "TCP connections known", GateStatistics::flows);
    String inputs = "ha_colo_input_frames";
    gates.counter(inputs, "Frames that guests got", "nic", "all", GateStatistics::inputs);
    released("compared", GateStatistics::compared);
    released("checkpointed", GateStatistics::checkpointed);
    released("pre_released", GateStatistics::preReleased);
    released("no_content", GateStatistics::stable);
    released("unchecked", GateStatistics::unchecked);
    dropped("frames", GateStatistics::droppedFrames);
    dropped("bytes", GateStatistics::droppedBytes);
    dropped("flows", GateStatistics::droppedFlows);
    verdict("equal", GateStatistics::equal);
    verdict("different", GateStatistics::different);
    for (CheckpointCause cause : CheckpointCause.values()) {
      gates.counter(
          "ha_colo_checkpoint_causes",
          "Causes for which a checkpoint became due",
          "cause",
          cause.name().toLowerCase(Locale.ROOT),
          s -> s.causes().getOrDefault(cause, 0L));
    }
  }

  private void released(String reason, ToLongFunction<GateStatistics> figure) {
    gates.counter("ha_colo_released_frames", "Outputs that left", "reason", reason, figure);
  }

  private void dropped(String bound, ToLongFunction<GateStatistics> figure) {
    gates.counter("ha_colo_dropped_frames", "Outputs dropped at a bound", "bound", bound, figure);
  }

  private void verdict(String verdict, ToLongFunction<GateStatistics> figure) {
    gates.counter("ha_colo_verdicts", "Answers of secondaries", "verdict", verdict, figure);
  }

  private void secondaries() {
    String held = "ha_colo_secondary_held_inputs";
    secondaries.gauge(held, "Inputs kept for secondaries", s -> s.feed().heldFrames());
    String heldBytes = "ha_colo_secondary_held_input_bytes";
    secondaries.gauge(heldBytes, "Bytes of inputs that are kept", s -> s.feed().heldBytes());
    String stream = "ha_colo_secondary_output_bytes";
    secondaries.gauge(stream, "Bytes of secondaries' streams", s -> s.comparator().bytes());
    String waiting = "ha_colo_secondary_records";
    secondaries.gauge(waiting, "Records without a verdict", s -> s.comparator().waiting());
    injected("all", s -> s.feed().injected());
    injected("repeated", s -> s.feed().repeated());
    injected("acknowledgements", s -> s.feed().acknowledgements());
    String omitted = "ha_colo_secondary_omitted_requests";
    secondaries.counter(
        omitted, "Requests that secondaries were spared", "nic", "all", s -> s.feed().omitted());
    lost("refused_inputs", s -> s.feed().refused());
    lost("reclaimed_inputs", s -> s.feed().reclaimed());
    lost("outputs", s -> s.comparator().droppedOutputs());
    lost("records", s -> s.comparator().droppedRecords());
    lost("flows", s -> s.feed().evicted() + s.comparator().evictedFlows());
  }

  private void leases() {
    String waiting = "ha_colo_lease_waiting_frames";
    leases.gauge(waiting, "Outputs that wait for their lease", LeaseFigures::waiting);
    String late = "ha_colo_lease_frames";
    String what = "Outputs whose lease was over when they could have left";
    leases.counter(late, what, "outcome", "delayed", LeaseFigures::delayed);
    leases.counter(late, what, "outcome", "dropped", LeaseFigures::dropped);
  }

  private void injected(String kind, ToLongFunction<SecondaryFigures> figure) {
    String name = "ha_colo_secondary_injected_frames";
    secondaries.counter(name, "Frames that secondaries were given", "kind", kind, figure);
  }

  private void lost(String what, ToLongFunction<SecondaryFigures> figure) {
    String name = "ha_colo_secondary_dropped";
    secondaries.counter(name, "What was not kept, at a bound", "what", what, figure);
  }

  private double oldestSeconds() {
    return gates.most(GateStatistics::oldestNanos) / 1e9;
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
    gates.now(gate, now);
  }

  @Override
  public void gateEnded(Object gate, GateStatistics last) {
    gates.ended(gate, last);
  }

  @Override
  public void lease(Object gate, LeaseFigures now) {
    leases.now(gate, now);
  }

  @Override
  public void leaseEnded(Object gate, LeaseFigures last) {
    leases.ended(gate, last);
  }

  @Override
  public void secondary(Object secondary, SecondaryFigures now) {
    secondaries.now(secondary, now);
  }

  @Override
  public void secondaryEnded(Object secondary, SecondaryFigures last) {
    secondaries.ended(secondary, last);
  }
}
