package dev.hacolo.agent.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.session.Sessions;
import dev.hacolo.common.api.ApiError;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.HandOverOrder;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.identity.IdentityTrustManager;
import dev.hacolo.common.identity.PeerIdentity.Role;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTPS API for nova-ha-service; only a certificate of role SERVICE gets in.
 *
 * <p>{@code PUT /v1/sessions/{pair}} takes a {@link SessionOrder}: 202, or 409 with the reason.
 * {@code GET /v1/sessions/{pair}} asks QEMU before it answers. {@code GET /v1/host} is the
 * heartbeat.
 */
public final class AgentApi {
  private static final Logger LOG = LoggerFactory.getLogger(AgentApi.class);
  private static final long MAX_BODY = 256 << 10;
  private static final String REQUEST_ID = "X-Openstack-Request-Id";

  private final Vertx vertx;
  private final AgentConfig config;
  private final Sessions sessions;
  private final Supplier<Future<HostReport>> host;

  /** Opens nothing yet. */
  public AgentApi(
      Vertx vertx, AgentConfig config, Sessions sessions, Supplier<Future<HostReport>> host) {
    this.vertx = vertx;
    this.config = config;
    this.sessions = sessions;
    this.host = host;
  }

  /** Listens. */
  public Future<HttpServer> listen() {
    Router router = Router.router(vertx);
    router.route().handler(AgentApi::identify).failureHandler(AgentApi::failure);
    for (int status : List.of(400, 404, 405)) {
      router.errorHandler(status, AgentApi::failure);
    }
    router.put("/v1/sessions/:pair").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.put("/v1/sessions/:pair").handler(this::order);
    router
        .post("/v1/sessions/:pair/hand-over")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
        .handler(this::handOver);
    router.get("/v1/sessions/:pair").handler(this::session);
    router.get("/v1/sessions").handler(c -> answer(c, 200, sessions.reports()));
    router.get("/v1/host").handler(this::host);
    return vertx
        .createHttpServer(options())
        .requestHandler(router)
        .listen(config.network().api().port(), config.network().api().host());
  }

  private HttpServerOptions options() {
    try {
      return new HttpServerOptions()
          .setSsl(true)
          .setClientAuth(ClientAuth.REQUIRED)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(config.tls().certificate().toString())
                  .setKeyPath(config.tls().key().toString()))
          .setTrustOptions(
              TrustOptions.wrap(
                  IdentityTrustManager.of(config.tls().ca(), id -> id.role() == Role.SERVICE)))
          .setIdleTimeout(120)
          .setTcpNoDelay(true);
    } catch (GeneralSecurityException | IOException e) {
      throw new StepException("tls.ca cannot be used: " + e.getMessage());
    }
  }

  /** Every request has an id, in the answer's header and in what is logged about it. */
  private static void identify(RoutingContext context) {
    context.response().putHeader(REQUEST_ID, "req-" + UUID.randomUUID());
    context.next();
  }

  private void order(RoutingContext context) {
    UUID pair = pair(context);
    SessionOrder order = body(context, SessionOrder.class);
    if (!order.pairId().equals(pair)) {
      throw new Malformed("the path and pair_id name different pairs");
    }
    taken(context, sessions.order(order));
  }

  private void handOver(RoutingContext context) {
    UUID pair = pair(context);
    HandOverOrder order = body(context, HandOverOrder.class);
    if (sessions.has(pair)) {
      taken(context, sessions.handOver(pair, order.generation()));
    } else {
      noSession(context);
    }
  }

  private static void taken(RoutingContext context, Optional<String> refusal) {
    if (refusal.isPresent()) {
      error(context, 409, "ha-colo.order.refused", refusal.get());
    } else {
      context.response().setStatusCode(202).end();
    }
  }

  private static <T> T body(RoutingContext context, Class<T> type) {
    try {
      T value = ApiJson.mapper().readValue(body(context), type);
      if (value == null) {
        throw new Malformed("the order cannot be read: it is null");
      }
      return value;
    } catch (IOException e) {
      throw new Malformed("the order cannot be read: " + cause(e));
    }
  }

  private static byte[] body(RoutingContext context) {
    Buffer body = context.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private void session(RoutingContext context) {
    var report = sessions.liveReport(pair(context));
    if (report.isEmpty()) {
      noSession(context);
    } else {
      report.get().onSuccess(r -> answer(context, 200, r)).onFailure(context::fail);
    }
  }

  private static void noSession(RoutingContext context) {
    error(context, 404, "ha-colo.session.not-found", "this host has no session of that pair");
  }

  private void host(RoutingContext context) {
    host.get().onSuccess(r -> answer(context, 200, r)).onFailure(context::fail);
  }

  private static UUID pair(RoutingContext context) {
    try {
      return UUID.fromString(context.pathParam("pair"));
    } catch (IllegalArgumentException e) {
      throw new Malformed("ha-colo.path.malformed", "the pair in the path is not a UUID");
    }
  }

  private static void answer(RoutingContext context, int status, Object body) {
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(ApiJson.mapper().writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      context.fail(e);
    }
  }

  private static void failure(RoutingContext context) {
    if (context.failure() instanceof Malformed bad) {
      error(context, 400, bad.code, String.valueOf(bad.getMessage()));
      return;
    }
    int status = context.statusCode() < 400 ? 500 : context.statusCode();
    if (status >= 500) {
      LOG.error(
          "{}: {} {} failed",
          context.response().headers().get(REQUEST_ID),
          context.request().method(),
          context.request().path(),
          context.failure());
    }
    switch (status) {
      case 404 -> error(context, status, "ha-colo.path.unknown", "there is nothing at this path");
      case 405 -> error(context, status, "ha-colo.method.unknown", "the path has no such method");
      case 413 ->
          error(
              context, status, "ha-colo.body.too-long", "allowed are %d bytes".formatted(MAX_BODY));
      default ->
          error(context, status, "ha-colo.request.failed", "the request could not be handled");
    }
  }

  private static void error(RoutingContext context, int status, String code, String detail) {
    String id = String.valueOf(context.response().headers().get(REQUEST_ID));
    answer(context, status, ApiError.of(id, code, status, title(status), detail));
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 413 -> "Request Entity Too Large";
      default -> status >= 500 ? "Internal Server Error" : "Error";
    };
  }

  private static String cause(Exception e) {
    Throwable root = e;
    for (int depth = 0; depth < 10 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return List.of(String.valueOf(root.getMessage()).split("\n", 2)).get(0);
  }

  /** A request that cannot be understood. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;

    Malformed(String code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    Malformed(String message) {
      this("ha-colo.order.malformed", message);
    }
  }
}
