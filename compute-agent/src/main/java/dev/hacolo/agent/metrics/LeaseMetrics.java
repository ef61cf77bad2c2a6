package dev.hacolo.agent.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Which leases are armed, and what the kernel has dropped for them. Thread-safe. */
public final class LeaseMetrics {
  private final Map<Object, Armed> armed = new ConcurrentHashMap<>();
  private final AtomicLong droppedBefore = new AtomicLong();

  private record Armed(boolean kernel, LongSupplier dropped) {}

  LeaseMetrics(MeterRegistry registry) {
    level(registry, "kernel", true);
    level(registry, "agent", false);
    FunctionCounter.builder("ha_colo_guard_dropped_frames", this, LeaseMetrics::dropped)
        .description("Frames that the kernel dropped because their VM's lease was over")
        .register(registry);
  }

  private void level(MeterRegistry registry, String name, boolean kernel) {
    Gauge.builder(
            "ha_colo_output_leases",
            () -> armed.values().stream().filter(a -> a.kernel() == kernel).count())
        .description("Primaries under a lease, by what closes them at its end")
        .tag("level", name)
        .register(registry);
  }

  private double dropped() {
    return droppedBefore.get()
        + armed.values().stream().mapToLong(a -> a.dropped().getAsLong()).sum();
  }

  /**
   * A lease is armed.
   *
   * @param kernel whether the kernel closes the taps too
   * @param dropped what the kernel has dropped for it so far
   */
  public void armed(Object lease, boolean kernel, LongSupplier dropped) {
    armed.put(lease, new Armed(kernel, dropped));
  }

  /** It is not any more; unknown ones are no fault. */
  public void lifted(Object lease) {
    Armed over = armed.remove(lease);
    if (over != null) {
      droppedBefore.addAndGet(over.dropped().getAsLong());
    }
  }
}
