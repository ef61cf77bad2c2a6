package dev.hacolo.common.api;

import java.util.List;

/**
 * Error body of every HTTP interface, in the form of OpenStack's API-SIG.
 *
 * @param errors at least one
 */
public record ApiError(List<Item> errors) {

  /** Checks every field. */
  public ApiError {
    errors = List.copyOf(Checks.present(errors, "errors"));
  }

  /** One error. */
  public static ApiError of(
      String requestId, String code, int status, String title, String detail) {
    return new ApiError(List.of(new Item(requestId, code, status, title, detail)));
  }

  /**
   * One error.
   *
   * @param requestId id of the request in the logs
   * @param code stable code, for example {@code ha-colo.pair.not-found}
   * @param status HTTP status
   * @param title short text of the status
   * @param detail one sentence: what, where, what is allowed
   */
  public record Item(String requestId, String code, int status, String title, String detail) {}
}
