package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.service.agent.AgentAnswer;
import dev.hacolo.service.agent.AgentClient;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.HostOrder;
import dev.hacolo.service.metrics.ServiceMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends orders without waiting for them and keeps them apart: one in flight for each pair and host
 * (a later generation does not wait), an order that was given is repeated only after a while.
 * Thread-safe, never blocks.
 */
final class OrderSender {
  private static final Logger log = LoggerFactory.getLogger(OrderSender.class);
  private static final Duration AFTER_ACCEPTED = Duration.ofSeconds(2);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(5);
  private static final Duration FORGET = Duration.ofMinutes(10);

  private final AgentClient client;
  private final AgentDirectory directory;
  private final ServiceMetrics metrics;
  private final Consumer<UUID> answered;
  private final LongSupplier nanoTime;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<Key, Sent> sent = new ConcurrentHashMap<>();

  OrderSender(
      AgentClient client,
      AgentDirectory directory,
      ServiceMetrics metrics,
      Consumer<UUID> answered,
      LongSupplier nanoTime) {
    this.client = client;
    this.directory = directory;
    this.metrics = metrics;
    this.answered = answered;
    this.nanoTime = nanoTime;
  }

  private record Key(UUID pairId, String host) {}

  private enum Status {
    IN_FLIGHT,
    ACCEPTED,
    FAILED,
    REFUSED
  }

  private record Sent(long number, SessionOrder order, Status status, String reason, long at) {}

  /** Sends an order unless it is under way or was given a moment ago. */
  void send(HostOrder hostOrder) {
    SessionOrder order = hostOrder.order();
    Key key = new Key(order.pairId(), hostOrder.host());
    long now = nanoTime.getAsLong();
    Sent mine = new Sent(numbers.incrementAndGet(), order, Status.IN_FLIGHT, "", now);
    Sent kept =
        sent.compute(
            key, (k, before) -> before != null && !isDue(before, order, now) ? before : mine);
    if (kept.number() == mine.number()) {
      directory
          .report(hostOrder.host())
          .ifPresent(
              host -> client.order(host, order).onSuccess(answer -> record(key, mine, answer)));
    }
  }

  private static boolean isDue(Sent before, SessionOrder order, long now) {
    boolean same = before.order().equals(order);
    Duration since = Duration.ofNanos(now - before.at());
    return switch (before.status()) {
      case IN_FLIGHT -> order.generation() > before.order().generation();
      case ACCEPTED -> !same || since.compareTo(AFTER_ACCEPTED) >= 0;
      case FAILED -> !same || since.compareTo(AFTER_FAILURE) >= 0;
      case REFUSED -> !same || since.compareTo(AFTER_REFUSAL) >= 0;
    };
  }

  private void record(Key key, Sent mine, AgentAnswer answer) {
    Sent result = result(mine, answer);
    // A later order may have taken the place of this one.
    sent.computeIfPresent(key, (k, now) -> now.number() == mine.number() ? result : now);
    metrics.order(mine.order().target().name(), result.status().name());
    if (result.status() == Status.ACCEPTED) {
      log.info(
          "order {} (generation {}) of pair {} accepted by {}",
          mine.order().target(),
          mine.order().generation(),
          key.pairId(),
          key.host());
    } else {
      log.warn(
          "order {} (generation {}) of pair {}: {}",
          mine.order().target(),
          mine.order().generation(),
          key.pairId(),
          result.reason());
    }
    if (result.status() == Status.REFUSED) {
      answered.accept(key.pairId());
    }
  }

  private Sent result(Sent mine, AgentAnswer answer) {
    long now = nanoTime.getAsLong();
    if (answer instanceof AgentAnswer.Refused refused) {
      return new Sent(mine.number(), mine.order(), Status.REFUSED, refused.reason(), now);
    }
    if (answer instanceof AgentAnswer.Failed failed) {
      return new Sent(mine.number(), mine.order(), Status.FAILED, failed.reason(), now);
    }
    return new Sent(mine.number(), mine.order(), Status.ACCEPTED, "", now);
  }

  /** Orders of a generation that agents refused for good, by host. */
  Map<String, String> refusals(UUID pairId, long generation) {
    Map<String, String> found = new HashMap<>();
    sent.forEach(
        (key, last) -> {
          if (key.pairId().equals(pairId)
              && last.status() == Status.REFUSED
              && last.order().generation() == generation) {
            found.put(key.host(), last.reason());
          }
        });
    return found;
  }

  /** Drops what is too old to matter. */
  void forgetOld() {
    long now = nanoTime.getAsLong();
    sent.values().removeIf(last -> now - last.at() > FORGET.toNanos());
  }
}
