package dev.hacolo.agent.metrics;

import dev.hacolo.agent.checkpoint.CheckpointRecord;
import dev.hacolo.agent.checkpoint.PauseWindow;
import dev.hacolo.agent.compare.CheckpointCause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Metrics of the checkpoints that this host's primaries ask for. Thread-safe. */
public final class CheckpointMetrics {
  private static final long WINDOW = 60_000_000_000L;

  private final LongSupplier nanoTime;
  private final Map<CheckpointCause, Counter> causes = new EnumMap<>(CheckpointCause.class);
  private final DistributionSummary pages;
  private final Map<Object, PauseWindow> pauses = new HashMap<>();

  CheckpointMetrics(MeterRegistry registry, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (CheckpointCause cause : CheckpointCause.values()) {
      causes.put(
          cause,
          Counter.builder("ha_colo_checkpoints")
              .description("Checkpoints of this host's primaries; one may have several causes")
              .tag("cause", cause.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    pages =
        DistributionSummary.builder("ha_colo_checkpoint_pages")
            .description(
                "Pages of 4 KiB that a primary's guest wrote between two checkpoints, where the"
                    + " kernel module counts them")
            .register(registry);
    Gauge.builder("ha_colo_paused_share", this, CheckpointMetrics::share)
        .description("Largest part of the last minute in which checkpoints paused a primary")
        .register(registry);
  }

  /**
   * A checkpoint is over.
   *
   * @param vm whose it was, by identity
   * @param now when the VM resumed
   */
  public synchronized void taken(Object vm, CheckpointRecord checkpoint, long now) {
    checkpoint.causes().forEach(cause -> Objects.requireNonNull(causes.get(cause)).increment());
    checkpoint.dirtyPages().ifPresent(pages::record);
    pauses.computeIfAbsent(vm, v -> new PauseWindow()).add(now - checkpoint.pauseNanos(), now);
  }

  /** A VM is a primary no more. */
  public synchronized void ended(Object vm) {
    pauses.remove(vm);
  }

  private synchronized double share() {
    long now = nanoTime.getAsLong();
    return pauses.values().stream().mapToLong(p -> p.paused(now - WINDOW, now)).max().orElse(0)
        / (double) WINDOW;
  }
}
