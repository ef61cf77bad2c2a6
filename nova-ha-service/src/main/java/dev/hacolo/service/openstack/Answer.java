package dev.hacolo.service.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server answered, read to its end.
 *
 * @param status HTTP status
 * @param json the body, a missing node when it is empty or no JSON
 * @param requestId OpenStack's request id, to find the call in its logs
 * @param subjectToken the token that Keystone issued with this answer
 * @param retryAfter wait that a busy server asks for
 */
record Answer(
    int status,
    JsonNode json,
    Optional<String> requestId,
    Optional<String> subjectToken,
    Optional<Duration> retryAfter) {

  boolean success() {
    return status >= 200 && status < 300;
  }

  /** Whether the server, not the request, is at fault and the same request may do better later. */
  boolean busy() {
    return status == 429 || status >= 500;
  }

  /** Not the record's text: the body and the token do not belong in logs. */
  @Override
  public String toString() {
    return "HTTP " + status;
  }
}
