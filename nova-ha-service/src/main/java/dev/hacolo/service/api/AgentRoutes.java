package dev.hacolo.service.api;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.orchestration.ClaimService;
import dev.hacolo.service.orchestration.Orchestrator;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.Consumer;

/** {@code /agent/v1}: heartbeats and claims; an agent may speak for its own host only. */
final class AgentRoutes {
  private static final long MAX_REPORT = 4L << 20;
  private static final long MAX_CLAIM = 64 << 10;

  private final AgentDirectory directory;
  private final Orchestrator orchestrator;
  private final ClaimService claims;
  private final Consumer<HostReport> reported;

  AgentRoutes(
      AgentDirectory directory,
      Orchestrator orchestrator,
      ClaimService claims,
      Consumer<HostReport> reported) {
    this.directory = directory;
    this.orchestrator = orchestrator;
    this.claims = claims;
    this.reported = reported;
  }

  void mount(Router router) {
    router.route("/agent/v1/*").handler(AgentRoutes::authorized);
    router
        .put("/agent/v1/hosts/:host")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_REPORT))
        .handler(this::report);
    router
        .post("/agent/v1/claims")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_CLAIM))
        .handler(this::claim);
  }

  /** Before the body is read: strangers get no memory. */
  private static void authorized(RoutingContext context) {
    Exchange.peer(context, PeerIdentity.Role.AGENT);
    context.next();
  }

  private void report(RoutingContext context) {
    HostReport report = Exchange.body(context, HostReport.class);
    ownHost(context, report.host());
    if (!report.host().equals(context.pathParam("host"))) {
      throw new ApiFailure(
          400, "ha-colo.host.mismatch", "the path names another host than the report");
    }
    if (directory.accept(report) instanceof AgentDirectory.Effect.Changed changed) {
      changed.pairs().forEach(orchestrator::wake);
      if (changed.host()) {
        orchestrator.wakeAll();
      }
    }
    reported.accept(report);
    Exchange.empty(context, 204);
  }

  private void claim(RoutingContext context) {
    Claim claim = Exchange.body(context, Claim.class);
    ownHost(context, claim.host());
    claims
        .decide(claim)
        .onSuccess(
            decision ->
                decision.ifPresentOrElse(
                    answer -> Exchange.json(context, 200, answer),
                    () -> context.fail(PairRoutes.noSuchPair(claim.pairId()))))
        .onFailure(context::fail);
  }

  private static void ownHost(RoutingContext context, String host) {
    if (!Exchange.peer(context, PeerIdentity.Role.AGENT).name().equals(host)) {
      throw new ApiFailure(
          403,
          "ha-colo.forbidden",
          "the client certificate is another agent's than that of host " + host);
    }
  }
}
