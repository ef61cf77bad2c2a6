package dev.hacolo.service.openstack;

import dev.hacolo.service.cloud.CloudException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request again after a lost connection, 429 or 5xx, a bounded number of times. Fit for
 * idempotent requests only, or for ones whose caller reads again what a 404 or 409 may mean.
 */
final class RetryingSender {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingSender.class);

  private final Transport transport;

  RetryingSender(Transport transport) {
    this.transport = transport;
  }

  /**
   * Returns the last answer, whatever its status.
   *
   * @param what method and address, for messages
   * @throws CloudException if there was none before the deadline
   */
  Answer send(String what, Deadline deadline, Supplier<? extends HttpRequest<?>> request)
      throws CloudException {
    try {
      for (int attempt = 1; ; attempt++) {
        Answer answer = attempt(what, deadline, request, attempt);
        if (answer != null && (!answer.busy() || !again(answer, attempt, deadline))) {
          return answer;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Faults.interrupted(what);
    }
  }

  /** One attempt; null when it failed and another one is allowed, after the wait. */
  private @Nullable Answer attempt(
      String what, Deadline deadline, Supplier<? extends HttpRequest<?>> request, int attempt)
      throws CloudException, InterruptedException {
    if (deadline.remaining().isZero()) {
      throw Faults.overdue(what, deadline);
    }
    try {
      return transport.send(request.get(), deadline.attempt());
    } catch (IOException e) {
      LOG.debug("attempt {} at {} failed: {}", attempt, what, e.toString());
      boolean hopeless = e instanceof SSLException || attempt >= Backoff.ATTEMPTS;
      if (hopeless || !Backoff.pause(Backoff.after(attempt, Optional.empty()), deadline)) {
        throw Faults.unanswered(what, e, attempt);
      }
      return null;
    }
  }

  private static boolean again(Answer answer, int attempt, Deadline deadline)
      throws InterruptedException {
    return attempt < Backoff.ATTEMPTS
        && Backoff.pause(Backoff.after(attempt, answer.retryAfter()), deadline);
  }
}
