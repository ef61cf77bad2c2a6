package dev.hacolo.bed.openstack;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Faults that the next matching requests meet. Thread-safe. */
public final class StandInFaults {
  private final List<Planned> planned = new ArrayList<>();

  StandInFaults() {}

  /** What happens to a request. */
  public sealed interface Fault {}

  /**
   * It is answered with a status at once.
   *
   * @param code HTTP status
   * @param headers further headers
   * @param body text of the body
   */
  public record Status(int code, Map<String, String> headers, String body) implements Fault {
    /** A status with an error body in Keystone's form. */
    public static Status of(int code) {
      JsonObject error =
          new JsonObject().put("code", code).put("title", Wire.title(code)).put("message", "fault");
      return new Status(code, Map.of(), new JsonObject().put("error", error).encode());
    }
  }

  /** Its connection is closed before anything is done. */
  public record Drop() implements Fault {}

  /** It is carried out, and the connection is closed instead of an answer. */
  public record LoseAnswer() implements Fault {}

  /** It is never answered, the connection stays open. */
  public record Hang() implements Fault {}

  /**
   * Something else happens just before it is carried out.
   *
   * @param action must not block
   */
  public record Meanwhile(Runnable action) implements Fault {}

  /**
   * Lets the next requests meet a fault.
   *
   * @param method HTTP method
   * @param pathPart part of the path, for example {@code /servers/detail}
   * @param times number of requests
   */
  public synchronized void next(String method, String pathPart, int times, Fault fault) {
    for (int i = 0; i < times; i++) {
      planned.add(new Planned(method, pathPart, fault));
    }
  }

  /** Faults that no request has met yet. */
  public synchronized int pending() {
    return planned.size();
  }

  /** First handler of each request. */
  void handle(RoutingContext context) {
    Fault fault = take(context.request().method().name(), context.request().path());
    if (fault instanceof Status status) {
      status.headers().forEach(context.response()::putHeader);
      context
          .response()
          .putHeader("Content-Type", "application/json")
          .setStatusCode(status.code())
          .end(status.body());
    } else if (fault instanceof Drop) {
      context.request().connection().close();
    } else if (!(fault instanceof Hang)) {
      if (fault instanceof LoseAnswer) {
        context.put(Wire.LOSE_ANSWER, true);
      } else if (fault instanceof Meanwhile meanwhile) {
        meanwhile.action().run();
      }
      context.next();
    }
  }

  private synchronized @Nullable Fault take(String method, String path) {
    for (Iterator<Planned> rest = planned.iterator(); rest.hasNext(); ) {
      Planned next = rest.next();
      if (next.method().equals(method) && path.contains(next.pathPart())) {
        rest.remove();
        return next.fault();
      }
    }
    return null;
  }

  private record Planned(String method, String pathPart, Fault fault) {}
}
