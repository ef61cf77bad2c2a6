package dev.hacolo.agent.metrics;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/** Plain HTTP for probes and Prometheus: {@code /healthz}, {@code /readyz}, {@code /metrics}. */
public final class ProbeServer {
  private final AgentMetrics metrics;
  private final BooleanSupplier ready;

  /** Opens nothing yet. */
  public ProbeServer(AgentMetrics metrics, BooleanSupplier ready) {
    this.metrics = metrics;
    this.ready = ready;
  }

  /** Listens. */
  public Future<HttpServer> listen(Vertx vertx, String host, int port) {
    return vertx.createHttpServer().requestHandler(this::handle).listen(port, host);
  }

  private void handle(HttpServerRequest request) {
    switch (request.path()) {
      case "/healthz" -> request.response().end("ok\n");
      case "/readyz" -> {
        boolean yes = ready.getAsBoolean();
        request.response().setStatusCode(yes ? 200 : 503).end(yes ? "ready\n" : "starting\n");
      }
      case "/metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(metrics.scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }
}
