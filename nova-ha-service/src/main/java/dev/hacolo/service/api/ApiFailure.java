package dev.hacolo.service.api;

import dev.hacolo.service.store.DatabaseUnavailableException;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer that is no success, thrown inside handlers and rendered in one place.
 *
 * <p>The message is one sentence for the caller: what, where, what is allowed; never a secret.
 */
final class ApiFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;

  ApiFailure(int status, String code, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String title() {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  /** What a fault looks like from outside. */
  static ApiFailure of(Throwable fault) {
    if (fault instanceof ApiFailure failure) {
      return failure;
    }
    if (fault instanceof DatabaseUnavailableException) {
      return new ApiFailure(
          503, "ha-colo.database.unavailable", "the database is away: try again later");
    }
    return new ApiFailure(500, "ha-colo.fault", "a fault in the service: see its log");
  }

  static ApiFailure ofStatus(int status) {
    String detail =
        switch (status) {
          case 404 -> "there is nothing at this path";
          case 405 -> "this method is not allowed at this path";
          case 413 -> "the request's body is too large";
          case 415 -> "allowed is Content-Type: application/json";
          default -> "the request cannot be answered";
        };
    return new ApiFailure(status, "ha-colo.http." + status, detail);
  }
}
