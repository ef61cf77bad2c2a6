package dev.hacolo.service.api;

import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.domain.OperatorOrders;
import dev.hacolo.service.orchestration.OperatorService;
import dev.hacolo.service.store.Lane;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;

/** {@code /v1/pairs/{id}/actions}: what operators may order for a pair. */
final class PairActions {
  private static final long MAX_BODY = 64 << 10;

  private final OperatorService operators;
  private final Lane lane;
  private final Map<String, Action> actions;

  PairActions(OperatorService operators, Lane lane) {
    this.operators = operators;
    this.lane = lane;
    actions =
        Map.of(
            "failover", plain(operators::failover),
            "unprotect", plain(operators::unprotect),
            "suspend", plain(operators::suspend),
            "resume", plain(operators::resume),
            "switch-over", plain(operators::switchOver),
            "test-failover", plain(operators::testFailover),
            "move-secondary", this::moveSecondary,
            "set-secondary-vcpus", this::setVcpus);
  }

  /** Reads what the request says, on its event loop; the work is for a thread that may block. */
  private interface Action {
    Callable<Optional<OperatorOrders.Result>> read(
        RoutingContext context, UUID id, String operator);
  }

  private interface Plain {
    Optional<OperatorOrders.Result> order(UUID id, String operator) throws Exception;
  }

  private static Action plain(Plain order) {
    return (context, id, operator) -> () -> order.order(id, operator);
  }

  void mount(Router router) {
    router
        .post("/v1/pairs/:pair/actions/:action")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
        .handler(this::act);
  }

  private void act(RoutingContext context) {
    UUID id = Exchange.uuid(context, "pair");
    String operator = Exchange.peer(context, PeerIdentity.Role.OPERATOR).name();
    Action action = actions.get(String.valueOf(context.pathParam("action")));
    if (action == null) {
      throw new ApiFailure(
          404,
          "ha-colo.action.unknown",
          "there is no such action: allowed are "
              + String.join(", ", new TreeSet<>(actions.keySet())));
    }
    lane.run(action.read(context, id, operator))
        .onSuccess(result -> answer(context, id, result))
        .onFailure(context::fail);
  }

  private Callable<Optional<OperatorOrders.Result>> setVcpus(
      RoutingContext context, UUID id, String operator) {
    VcpuRequest vcpus = Exchange.body(context, VcpuRequest.class);
    return () -> operators.secondaryVcpus(id, vcpus.mode(), vcpus.count(), operator);
  }

  private Callable<Optional<OperatorOrders.Result>> moveSecondary(
      RoutingContext context, UUID id, String operator) {
    Optional<String> to =
        Exchange.optionalBody(context, MoveRequest.class).orElse(MoveRequest.ANYWHERE).to();
    return () -> operators.moveSecondary(id, to, operator);
  }

  private static void answer(
      RoutingContext context, UUID id, Optional<OperatorOrders.Result> result) {
    if (result.isEmpty()) {
      context.fail(PairRoutes.noSuchPair(id));
    } else if (result.get() instanceof OperatorOrders.Result.Refused refused) {
      context.fail(new ApiFailure(409, "ha-colo.action.refused", refused.reason()));
    } else {
      Exchange.empty(context, 202);
    }
  }
}
