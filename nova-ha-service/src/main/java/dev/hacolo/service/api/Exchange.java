package dev.hacolo.service.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.hacolo.common.api.ApiError;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.identity.PeerIdentity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every handler does with a request and its answer. */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final String REQUEST_ID = "X-Openstack-Request-Id";

  private Exchange() {}

  /** Gives the request its id, which every answer carries. */
  static void begin(RoutingContext context) {
    String id = "req-" + UUID.randomUUID();
    context.put(REQUEST_ID, id);
    context.response().putHeader(REQUEST_ID, id);
    context.next();
  }

  /** Who asks; the TLS handshake has checked that the deployment's CA signed it. */
  static PeerIdentity peer(RoutingContext context, PeerIdentity.Role role) {
    Optional<PeerIdentity> peer = certificate(context).flatMap(PeerIdentity::of);
    if (peer.filter(identity -> identity.role() == role).isEmpty()) {
      throw new ApiFailure(
          403,
          "ha-colo.forbidden",
          "the client certificate's OU must be %s for %s"
              .formatted(role.name().toLowerCase(Locale.ROOT), context.request().path()));
    }
    return peer.get();
  }

  private static Optional<X509Certificate> certificate(RoutingContext context) {
    SSLSession session = context.request().connection().sslSession();
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate found
          ? Optional.of(found)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** Reads the body as one of the API's records, if there is one. */
  static <T> Optional<T> optionalBody(RoutingContext context, Class<T> type) {
    Buffer body = context.body().buffer();
    return body == null || body.length() == 0 ? Optional.empty() : Optional.of(body(context, type));
  }

  /** Reads the body as one of the API's records. */
  static <T> T body(RoutingContext context, Class<T> type) {
    Buffer body = context.body().buffer();
    if (body == null || body.length() == 0) {
      throw new ApiFailure(400, "ha-colo.body.missing", "the request has no body");
    }
    try {
      T value = ApiJson.mapper().readValue(body.getBytes(), type);
      if (value == null) {
        throw new ApiFailure(400, "ha-colo.body.wrong", "the body is null");
      }
      return value;
    } catch (ValueInstantiationException e) {
      throw new ApiFailure(400, "ha-colo.body.wrong", rule(e));
    } catch (JsonProcessingException e) {
      throw new ApiFailure(
          400, "ha-colo.body.wrong", "the body is not as documented: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ApiFailure(400, "ha-colo.body.wrong", "the body cannot be read");
    }
  }

  /** The records' own checks say what is wrong in one sentence. */
  private static String rule(ValueInstantiationException fault) {
    Throwable cause = fault.getCause();
    String message = cause == null ? null : cause.getMessage();
    return message == null ? "the body is not as documented" : message;
  }

  static UUID uuid(RoutingContext context, String parameter) {
    String text = String.valueOf(context.pathParam(parameter));
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new ApiFailure(400, "ha-colo.uuid.wrong", parameter + " is not a UUID");
    }
  }

  static long number(RoutingContext context, String parameter, long fallback, long min, long max) {
    String text = context.queryParams().get(parameter);
    if (text == null) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    throw new ApiFailure(
        400,
        "ha-colo.parameter.wrong",
        "%s is wrong: allowed is a whole number from %d to %d".formatted(parameter, min, max));
  }

  static void json(RoutingContext context, int status, Object body) {
    try {
      Buffer text = Buffer.buffer(ApiJson.mapper().writeValueAsBytes(body));
      if (!context.response().ended() && !context.response().closed()) {
        context
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", "application/json")
            .end(text);
      }
    } catch (JsonProcessingException e) {
      context.fail(e);
    }
  }

  static void empty(RoutingContext context, int status) {
    if (!context.response().ended() && !context.response().closed()) {
      context.response().setStatusCode(status).end();
    }
  }

  /** Renders whatever went wrong. */
  static void failed(RoutingContext context) {
    Throwable fault = context.failure();
    ApiFailure failure =
        fault == null || fault instanceof HttpException
            ? ApiFailure.ofStatus(context.statusCode())
            : ApiFailure.of(fault);
    String id = String.valueOf(context.<Object>get(REQUEST_ID));
    if (failure.status() >= 500 && fault != null && failure.status() != 503) {
      log.error("{} {} {} failed", id, context.request().method(), context.request().path(), fault);
    } else {
      SocketAddress from = context.request().remoteAddress();
      log.debug("{} from {}: {} {}", id, from, failure.status(), failure.detail());
    }
    if (context.response().headWritten()) {
      context.response().reset();
      return;
    }
    json(
        context,
        failure.status(),
        ApiError.of(id, failure.code(), failure.status(), failure.title(), failure.detail()));
  }
}
