package dev.hacolo.bed.openstack;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What all services' answers have in common. */
final class Wire {
  /** Context key: the connection is closed instead of the answer being sent. */
  static final String LOSE_ANSWER = "stand-in.lose-answer";

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");

  private Wire() {}

  static void json(RoutingContext context, int status, JsonObject body) {
    end(context, status, body.encode());
  }

  static void empty(RoutingContext context, int status) {
    end(context, status, null);
  }

  private static void end(RoutingContext context, int status, @Nullable String body) {
    if (context.get(LOSE_ANSWER) != null) {
      context.request().connection().close();
      return;
    }
    HttpServerResponse response = context.response().setStatusCode(status);
    response.putHeader("X-Openstack-Request-Id", requestId(context));
    if (body == null) {
      response.end();
    } else {
      response.putHeader("Content-Type", "application/json").end(body);
    }
  }

  /** The request's id, the same one each time. */
  static String requestId(RoutingContext context) {
    String id = context.get("stand-in.request-id");
    if (id == null) {
      id = "req-" + UUID.randomUUID();
      context.put("stand-in.request-id", id);
    }
    return id;
  }

  /**
   * Minor microversion that the request asks for: {@code lowest} without a header; empty if it is
   * malformed or out of range. Sets the answer's headers.
   */
  static Optional<Integer> minor(
      RoutingContext context, String service, int major, int lowest, int highest) {
    context.response().putHeader("Vary", "OpenStack-API-Version");
    String header = context.request().getHeader("OpenStack-API-Version");
    int minor = lowest;
    if (header != null && header.startsWith(service + " ")) {
      Matcher version = VERSION.matcher(header.substring(service.length() + 1));
      if (!version.matches() || Integer.parseInt(version.group(1)) != major) {
        return Optional.empty();
      }
      minor = Integer.parseInt(version.group(2));
    }
    if (minor < lowest || minor > highest) {
      return Optional.empty();
    }
    context
        .response()
        .putHeader("OpenStack-API-Version", "%s %d.%d".formatted(service, major, minor));
    return Optional.of(minor);
  }

  /** Error in the form of API-SIG, as Placement sends it. */
  static void apiSigError(RoutingContext context, int status, String code, String detail) {
    JsonObject error =
        new JsonObject()
            .put("status", status)
            .put("title", title(status))
            .put("detail", detail)
            .put("code", code)
            .put("request_id", requestId(context));
    json(context, status, new JsonObject().put("errors", new JsonArray().add(error)));
  }

  /** Error of Keystone and of its middleware in front of the other services. */
  static void keystoneError(RoutingContext context, int status, String message) {
    JsonObject error =
        new JsonObject().put("code", status).put("title", title(status)).put("message", message);
    json(context, status, new JsonObject().put("error", error));
  }

  /** What the web framework answers where there is no resource. */
  static void noRoute(RoutingContext context) {
    json(
        context,
        404,
        new JsonObject()
            .put("message", "The resource could not be found.<br /><br />\n\n\n")
            .put("code", "404 Not Found")
            .put("title", "Not Found"));
  }

  static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 406 -> "Not Acceptable";
      case 409 -> "Conflict";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Status %d".formatted(status);
    };
  }

  /** The UUID in a path parameter. */
  static Optional<UUID> uuid(RoutingContext context, String parameter) {
    try {
      return Optional.of(UUID.fromString(context.pathParam(parameter).toLowerCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Links of a collection whose next page starts after {@code marker}. */
  static JsonArray next(RoutingContext context, String marker, int limit) {
    String href =
        "%s?limit=%d&marker=%s"
            .formatted(context.request().absoluteURI().replaceAll("\\?.*", ""), limit, marker);
    return new JsonArray().add(new JsonObject().put("rel", "next").put("href", href));
  }
}
