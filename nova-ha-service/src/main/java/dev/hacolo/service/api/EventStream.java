package dev.hacolo.service.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.service.store.HistoryRow;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code GET /v1/events}: history rows of all pairs as Server-Sent Events, from now on or after the
 * row in {@code Last-Event-ID} or {@code ?after=}. Each subscriber pulls its own pages and stops
 * pulling while it does not read, so a slow one costs no memory.
 */
final class EventStream {
  private static final int MAX_SUBSCRIBERS = 50;
  private static final int PAGE = 100;
  private static final long POLL_MS = 1000;
  private static final long KEEP_ALIVE_MS = 10_000;

  /**
   * Transactions take their row ids before they commit, so a lower id may appear after a higher
   * one: this many ids are looked at again.
   */
  private static final int LOOK_BACK = 64;

  private final Vertx vertx;
  private final PairQueries queries;
  private final Lane lane;
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

  EventStream(Vertx vertx, PairQueries queries, Lane lane) {
    this.vertx = vertx;
    this.queries = queries;
    this.lane = lane;
  }

  void mount(Router router) {
    router.get("/v1/events").handler(this::subscribe);
  }

  /** Something was committed; any thread. */
  void wake() {
    subscribers.forEach(Subscriber::wake);
  }

  private void subscribe(RoutingContext context) {
    if (subscribers.size() >= MAX_SUBSCRIBERS) {
      throw new ApiFailure(
          503, "ha-colo.events.full", "there are %d subscribers".formatted(MAX_SUBSCRIBERS));
    }
    String last = context.request().getHeader("Last-Event-ID");
    if (last != null) {
      context.queryParams().set("after", last);
    }
    long after = Exchange.number(context, "after", -1, 0, Long.MAX_VALUE);
    lane.run(() -> after >= 0 ? after : queries.lastEvent())
        .onSuccess(from -> new Subscriber(context.response(), from).begin())
        .onFailure(context::fail);
  }

  /** Runs on the event loop of its connection. */
  private final class Subscriber {
    private final Context loop = vertx.getOrCreateContext();
    private final HttpServerResponse response;
    private final long start;
    private final ArrayDeque<Long> order = new ArrayDeque<>();
    private final Set<Long> sent = new HashSet<>();
    private long highest;
    private long poll = -1;
    private long keepAlive = -1;
    private boolean pulling;
    private boolean again;
    private boolean over;

    Subscriber(HttpServerResponse response, long start) {
      this.response = response;
      this.start = start;
      highest = start;
    }

    void begin() {
      response
          .setChunked(true)
          .putHeader("Content-Type", "text/event-stream")
          .putHeader("Cache-Control", "no-store");
      response.closeHandler(closed -> end());
      response.exceptionHandler(fault -> end());
      response.drainHandler(drained -> pull());
      response.write(": history of all pairs\n\n");
      poll = vertx.setPeriodic(POLL_MS, now -> pull());
      keepAlive = vertx.setPeriodic(KEEP_ALIVE_MS, now -> response.write(":\n\n"));
      subscribers.add(this);
      pull();
    }

    void wake() {
      loop.runOnContext(now -> pull());
    }

    private void pull() {
      if (over || response.writeQueueFull()) {
        return;
      }
      if (pulling) {
        again = true;
        return;
      }
      pulling = true;
      again = false;
      long from = Math.max(start, highest - LOOK_BACK);
      lane.run(() -> queries.events(from, PAGE + LOOK_BACK))
          .onComplete(
              page -> {
                pulling = false;
                boolean more = page.succeeded() && write(page.result());
                if (more || again) {
                  pull();
                }
              });
    }

    /** Returns whether anything was new. */
    private boolean write(List<HistoryRow> rows) {
      boolean any = false;
      for (HistoryRow row : rows) {
        if (!over && sent.add(row.id())) {
          any = true;
          order.addLast(row.id());
          highest = Math.max(highest, row.id());
          response.write(event(row));
        }
      }
      while (order.size() > 4 * LOOK_BACK + PAGE) {
        sent.remove(order.removeFirst());
      }
      return any;
    }

    private void end() {
      over = true;
      subscribers.remove(this);
      vertx.cancelTimer(poll);
      vertx.cancelTimer(keepAlive);
    }
  }

  private static String event(HistoryRow row) {
    try {
      String data = ApiJson.mapper().writeValueAsString(HistoryView.of(row));
      return "id: %d\nevent: history\ndata: %s\n\n".formatted(row.id(), data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history row cannot be written", e);
    }
  }
}
