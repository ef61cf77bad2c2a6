package dev.hacolo.service.openstack;

import dev.hacolo.service.cloud.CloudException;
import java.util.function.Supplier;
import org.openstack4j.core.transport.Config;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.openstack.OSFactory;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;

/** Sends requests with a valid token; a refused token is replaced once for each request. */
final class CloudSession {
  private final Tokens tokens;
  private final RetryingSender sender;
  private final Config config;

  CloudSession(Tokens tokens, RetryingSender sender, String region) {
    this.tokens = tokens;
    this.sender = sender;
    this.config = Config.newConfig().withEndpointURLResolver(new CatalogEndpoints(region));
  }

  /**
   * Returns the answer, whatever its status.
   *
   * @param request builds the request from openstack4j's session of the calling thread
   */
  Answer send(String what, Deadline deadline, Supplier<? extends HttpRequest<?>> request)
      throws CloudException {
    KeystoneToken token = tokens.valid(deadline);
    Answer answer = sendWith(token, what, deadline, request);
    if (answer.status() != 401) {
      return answer;
    }
    tokens.refused(token);
    return sendWith(tokens.valid(deadline), what, deadline, request);
  }

  private Answer sendWith(
      KeystoneToken token,
      String what,
      Deadline deadline,
      Supplier<? extends HttpRequest<?>> request)
      throws CloudException {
    OSFactory.clientFromToken(token, config); // Sets the thread's session.
    try {
      return sender.send(what, deadline, request);
    } catch (CatalogEndpoints.NoEndpointException e) {
      throw new CloudException(what + " is impossible: " + e.getMessage(), false);
    }
  }
}
