package dev.hacolo.service.orchestration;

import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.metrics.ServiceMetrics;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is told of every committed transition: logs it, counts it, wakes whoever waits for it. */
public final class Journal {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private final ServiceMetrics metrics;
  private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();

  /** Counts in these metrics. */
  public Journal(ServiceMetrics metrics) {
    this.metrics = metrics;
  }

  /** Adds a listener for pair ids; it is called on the committing thread and must not block. */
  public void listen(Consumer<UUID> listener) {
    listeners.add(listener);
  }

  /** A transition was committed. */
  public void committed(Transition transition) {
    Pair after = transition.after();
    log.info(
        "pair {} {} -> {} ({}, generation {}): {}",
        after.id(),
        transition.before().map(before -> before.state().name()).orElse("-"),
        after.state(),
        transition.event(),
        after.generation(),
        transition.reason());
    metrics.transition(transition.event().name());
    wake(after.id());
  }

  /** Something else about a pair is worth a look. */
  void wake(UUID pairId) {
    listeners.forEach(listener -> listener.accept(pairId));
  }
}
