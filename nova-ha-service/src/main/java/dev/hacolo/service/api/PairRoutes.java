package dev.hacolo.service.api;

import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.OperatorOrders;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.orchestration.OperatorService;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.HistoryRow;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code /v1/pairs}: list, show, history, actions; for operators. */
final class PairRoutes {
  private static final int MAX_PAGE = 1000;
  private static final long MAX_BODY = 64 << 10;

  private final PairQueries queries;
  private final OperatorService operators;
  private final AgentDirectory directory;
  private final Lane lane;

  PairRoutes(PairQueries queries, OperatorService operators, AgentDirectory directory, Lane lane) {
    this.queries = queries;
    this.operators = operators;
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
    router
        .post("/v1/pairs/:pair/actions/:action")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
        .handler(this::act);
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

  private void act(RoutingContext context) {
    UUID id = Exchange.uuid(context, "pair");
    String operator = Exchange.peer(context, PeerIdentity.Role.OPERATOR).name();
    String action = String.valueOf(context.pathParam("action"));
    VcpuRequest vcpus =
        action.equals("set-secondary-vcpus")
            ? Exchange.body(context, VcpuRequest.class)
            : VcpuRequest.NONE;
    lane.run(
            () ->
                switch (action) {
                  case "failover" -> operators.failover(id, operator);
                  case "unprotect" -> operators.unprotect(id, operator);
                  case "set-secondary-vcpus" -> setVcpus(id, operator, vcpus);
                  default ->
                      throw new ApiFailure(
                          404,
                          "ha-colo.action.unknown",
                          "there is no such action: allowed are failover, unprotect and"
                              + " set-secondary-vcpus");
                })
        .onSuccess(result -> answer(context, id, result))
        .onFailure(context::fail);
  }

  private Optional<OperatorOrders.Result> setVcpus(UUID id, String operator, VcpuRequest vcpus)
      throws DatabaseUnavailableException {
    return operators.secondaryVcpus(id, vcpus.mode(), vcpus.count(), operator);
  }

  private static void answer(
      RoutingContext context, UUID id, Optional<OperatorOrders.Result> result) {
    if (result.isEmpty()) {
      context.fail(noSuchPair(id));
    } else if (result.get() instanceof OperatorOrders.Result.Refused refused) {
      context.fail(new ApiFailure(409, "ha-colo.action.refused", refused.reason()));
    } else {
      Exchange.empty(context, 202);
    }
  }

  private Pair existing(UUID id) throws DatabaseUnavailableException {
    return queries.pair(id).orElseThrow(() -> noSuchPair(id));
  }
}
