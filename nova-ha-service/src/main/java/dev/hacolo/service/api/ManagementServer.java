package dev.hacolo.service.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.config.HostPort;
import dev.hacolo.service.metrics.ServiceMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Plain HTTP for the surroundings: {@code /healthz} (restart it if not 200), {@code /readyz} (send
 * nothing to it if not 200; the body says what is missing), {@code /metrics}.
 */
public final class ManagementServer {
  private final HttpServer server;
  private final ServiceMetrics metrics;
  private final BooleanSupplier alive;
  private final Map<String, BooleanSupplier> needs;

  /**
   * Wires the server.
   *
   * @param alive whether the service's own threads go on
   * @param needs what it needs to do its work, by name
   */
  public ManagementServer(
      Vertx vertx,
      ServiceMetrics metrics,
      BooleanSupplier alive,
      Map<String, BooleanSupplier> needs) {
    this.metrics = metrics;
    this.alive = alive;
    this.needs = new TreeMap<>(needs);
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setIdleTimeout(30))
            .requestHandler(this::handle);
  }

  private void handle(HttpServerRequest request) {
    switch (request.path()) {
      case "/healthz" -> health(request);
      case "/readyz" -> ready(request);
      case "/metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(metrics.scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void health(HttpServerRequest request) {
    boolean good = alive.getAsBoolean();
    json(request, good ? 200 : 503, Map.of("alive", good));
  }

  private void ready(HttpServerRequest request) {
    Map<String, Boolean> found = new TreeMap<>();
    needs.forEach((name, need) -> found.put(name, need.getAsBoolean()));
    json(request, found.containsValue(false) ? 503 : 200, found);
  }

  private static void json(HttpServerRequest request, int status, Object body) {
    try {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(ApiJson.mapper().writeValueAsString(body));
    } catch (JsonProcessingException e) {
      request.response().setStatusCode(500).end();
    }
  }

  /** Opens the port; the future has the one that was opened. */
  public Future<Integer> listen(HostPort address) {
    return server.listen(address.port(), address.host()).map(HttpServer::actualPort);
  }

  /** Closes the port. */
  public Future<Void> close() {
    return server.close();
  }
}
