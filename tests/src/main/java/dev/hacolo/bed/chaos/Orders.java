package dev.hacolo.bed.chaos;

import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.stage.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What an operator orders while other things go wrong: the service may refuse it or be away, and
 * then the order just fails. One after the other, in a thread of its own. Not thread-safe.
 */
final class Orders {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final ApiClient api;
  private final Timeline timeline;
  private final List<Order> last = new ArrayList<>();
  private CompletableFuture<Void> given = CompletableFuture.completedFuture(null);

  private record Order(String path, Map<String, ?> body) {}

  Orders(ApiClient api, Timeline timeline) {
    this.api = api;
    this.timeline = timeline;
  }

  void give(String path, Map<String, ?> body) {
    Order order = new Order(path, body);
    given = given.thenRunAsync(() -> attempt(order));
  }

  /**
   * Gives an order that undoes another one, and once more in {@link #settle}: a service that was
   * stopped when the first one came may read it only then.
   */
  void takeBack(String path, Map<String, ?> body) {
    last.add(new Order(path, body));
    give(path, body);
  }

  /** Every part of the service runs again: what was ordered is now taken back for certain. */
  void settle() {
    given.join();
    for (Order order : last) {
      Await.until(order.path() + " is not answered", DEADLINE, () -> attempt(order));
    }
    last.clear();
  }

  private boolean attempt(Order order) {
    try {
      boolean taken = api.order(order.path(), order.body());
      timeline.event("ORDER        %s: %s", order.path(), taken ? "taken" : "refused");
      return true;
    } catch (BedException e) {
      timeline.event("ORDER        %s: %s", order.path(), String.valueOf(e.getMessage()));
      return false;
    }
  }
}
