package dev.hacolo.service.api;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.HistoryRow;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /v1/pairs}: list, show, history; for operators. */
final class PairRoutes {
  private static final int MAX_PAGE = 1000;

  private final PairQueries queries;
  private final AgentDirectory directory;
  private final Lane lane;

  PairRoutes(PairQueries queries, AgentDirectory directory, Lane lane) {
    this.queries = queries;
    this.directory = directory;
    this.lane = lane;
  }

  static ApiFailure noSuchPair(UUID id) {
    return new ApiFailure(404, "ha-colo.pair.not-found", "there is no pair " + id);
  }

  void mount(Router router) {
    router.get("/v1/pairs").handler(this::list);
    router.get("/v1/pairs/:pair").handler(this::show);
    router.get("/v1/pairs/:pair/history").handler(this::history);
  }

  private void list(RoutingContext context) {
    int limit = (int) Exchange.number(context, "limit", 100, 1, MAX_PAGE);
    Optional<UUID> marker = marker(context);
    lane.run(() -> page(marker, limit))
        .onSuccess(page -> Exchange.json(context, 200, page))
        .onFailure(context::fail);
  }

  private Map<String, Object> page(Optional<UUID> marker, int limit)
      throws DatabaseUnavailableException {
    if (marker.isPresent() && queries.pair(marker.get()).isEmpty()) {
      throw new ApiFailure(400, "ha-colo.marker.unknown", "marker is not the id of a pair");
    }
    List<PairView> pairs =
        queries.page(marker, limit).stream().map(pair -> PairView.brief(pair, directory)).toList();
    return Map.of("pairs", pairs);
  }

  private static Optional<UUID> marker(RoutingContext context) {
    String text = context.queryParams().get("marker");
    try {
      return Optional.ofNullable(text).map(UUID::fromString);
    } catch (IllegalArgumentException e) {
      throw new ApiFailure(400, "ha-colo.marker.wrong", "marker is not the id of a pair");
    }
  }

  private void show(RoutingContext context) {
    UUID id = Exchange.uuid(context, "pair");
    lane.run(() -> PairView.full(existing(id), directory))
        .onSuccess(view -> Exchange.json(context, 200, Map.of("pair", view)))
        .onFailure(context::fail);
  }

  private void history(RoutingContext context) {
    UUID id = Exchange.uuid(context, "pair");
    int limit = (int) Exchange.number(context, "limit", MAX_PAGE, 1, MAX_PAGE);
    long after = Exchange.number(context, "marker", 0, 0, Long.MAX_VALUE);
    lane.run(
            () -> {
              existing(id);
              List<HistoryRow> rows = queries.history(id, after, limit);
              return rows.stream().map(HistoryView::of).toList();
            })
        .onSuccess(rows -> Exchange.json(context, 200, Map.of("history", rows)))
        .onFailure(context::fail);
  }

  private Pair existing(UUID id) throws DatabaseUnavailableException {
    return queries.pair(id).orElseThrow(() -> noSuchPair(id));
  }
}
