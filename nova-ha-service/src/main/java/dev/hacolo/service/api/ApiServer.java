package dev.hacolo.service.api;

import dev.hacolo.common.config.HostPort;
import dev.hacolo.common.identity.PeerIdentity;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.config.TlsConfig;
import dev.hacolo.service.orchestration.Journal;
import dev.hacolo.service.orchestration.Orchestration;
import dev.hacolo.service.store.FleetStore;
import dev.hacolo.service.store.HostStore;
import dev.hacolo.service.store.Lane;
import dev.hacolo.service.store.PairQueries;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.List;

/** HTTPS with mutual TLS for agents and operators. */
public final class ApiServer {
  private static final List<Integer> ROUTER_ERRORS = List.of(400, 404, 405, 406, 413, 414, 415);
  private static final int IDLE_SECONDS = 60;

  private final HttpServer server;

  /** Wires the routes; {@link #listen} opens the port. */
  public ApiServer(
      Vertx vertx,
      TlsConfig tls,
      AgentDirectory directory,
      Orchestration orchestration,
      Journal journal,
      PairQueries queries,
      HostStore hosts,
      FleetStore fleet,
      Lane lane) {
    Router router = Router.router(vertx);
    router.route().handler(Exchange::begin);
    new AgentRoutes(
            directory,
            orchestration.orchestrator(),
            orchestration.claims(),
            orchestration::reported)
        .mount(router);
    router
        .route("/v1/*")
        .handler(
            context -> {
              Exchange.peer(context, PeerIdentity.Role.OPERATOR);
              context.next();
            });
    new PairRoutes(queries, directory, lane).mount(router);
    new PairActions(orchestration.operators(), lane).mount(router);
    new HostRoutes(hosts, fleet, queries, orchestration.drains(), directory, lane).mount(router);
    EventStream events = new EventStream(vertx, queries, lane);
    events.mount(router);
    journal.listen(pair -> events.wake());
    router.route().failureHandler(Exchange::failed);
    ROUTER_ERRORS.forEach(status -> router.errorHandler(status, Exchange::failed));
    server = vertx.createHttpServer(options(tls)).requestHandler(router);
  }

  private static HttpServerOptions options(TlsConfig tls) {
    return new HttpServerOptions()
        .setSsl(true)
        .setKeyCertOptions(tls.identity())
        .setTrustOptions(tls.trust())
        .setClientAuth(ClientAuth.REQUIRED)
        .setIdleTimeout(IDLE_SECONDS)
        .setTcpNoDelay(true);
  }

  /** Opens the port; the future has the one that was opened. */
  public Future<Integer> listen(HostPort address) {
    return server.listen(address.port(), address.host()).map(HttpServer::actualPort);
  }

  /** Closes the port and all connections. */
  public Future<Void> close() {
    return server.close();
  }
}
