package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.service.cloud.CloudException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Iterator;
import javax.net.ssl.SSLException;

/** The sentences of {@link CloudException}, none of which carries a secret. */
final class Faults {
  private static final int LONGEST_DETAIL = 200;

  private Faults() {}

  /** A final answer that is not the one hoped for. */
  static CloudException answered(String what, Answer answer) {
    String detail = detail(answer.json());
    return new CloudException(
        "%s was answered with %d%s%s%s"
            .formatted(
                what,
                answer.status(),
                advice(answer.status()),
                detail.isEmpty() ? "" : ": " + detail,
                answer.requestId().map(id -> " (request " + clean(id) + ")").orElse("")),
        answer.busy() || answer.status() == 409 || answer.status() == 408);
  }

  /** No answer. A refused certificate needs an operator, everything else may pass. */
  static CloudException unanswered(String what, IOException fault, int attempts) {
    return new CloudException(
        "%s got no answer in %d attempt(s): %s".formatted(what, attempts, describe(fault)),
        !(fault instanceof SSLException));
  }

  static CloudException interrupted(String what) {
    return new CloudException(what + " was interrupted", true);
  }

  static CloudException overdue(String what, Deadline deadline) {
    return new CloudException(
        "%s is not over after %d ms".formatted(what, deadline.length().toMillis()), true);
  }

  /** The answer does not have the form that the API promises. */
  static CloudException malformed(String what, String problem) {
    return new CloudException(what + " was answered in an unknown form: " + problem, false);
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 -> " (the token was refused twice)";
      case 403 -> " (the user lacks a role or a policy rule)";
      case 406 -> " (the cloud is older than the API version needed)";
      default -> "";
    };
  }

  private static String describe(IOException fault) {
    String message = fault.getMessage() == null ? "" : clean(fault.getMessage());
    if (fault instanceof SSLException) {
      return "the TLS handshake failed: " + message;
    }
    if (fault instanceof ConnectException || fault instanceof HttpConnectTimeoutException) {
      return "no connection" + (message.isEmpty() ? "" : ": " + message);
    }
    return message.isEmpty() ? fault.getClass().getSimpleName() : message;
  }

  /** Text of the error from the forms that Placement, Neutron, Nova and Keystone use. */
  private static String detail(JsonNode body) {
    JsonNode first = body.path("errors").path(0).path("detail");
    if (first.isTextual()) {
      return clean(first.asText());
    }
    for (Iterator<JsonNode> parts = body.elements(); parts.hasNext(); ) {
      JsonNode message = parts.next().path("message");
      if (message.isTextual()) {
        return clean(message.asText());
      }
    }
    return "";
  }

  /** One line of printable text; runs of token-like characters are left out, whatever they are. */
  private static String clean(String text) {
    String line =
        text.replaceAll("[^\\p{Print}]+", " ")
            .replaceAll("[A-Za-z0-9_=-]{64,}", "[...]")
            .replaceAll(" +", " ")
            .strip();
    return line.length() <= LONGEST_DETAIL ? line : line.substring(0, LONGEST_DETAIL) + "...";
  }
}
