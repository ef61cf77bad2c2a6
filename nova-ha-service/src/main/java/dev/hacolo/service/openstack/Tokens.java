package dev.hacolo.service.openstack;

import dev.hacolo.service.cloud.CloudException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openstack4j.core.transport.HttpMethod;
import org.openstack4j.core.transport.HttpRequest;
import org.openstack4j.core.transport.ObjectMapperSingleton;
import org.openstack4j.model.common.Identifier;
import org.openstack4j.openstack.identity.v3.domain.KeystoneAuth;
import org.openstack4j.openstack.identity.v3.domain.KeystoneAuth.AuthScope;
import org.openstack4j.openstack.identity.v3.domain.KeystoneToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one Keystone token of this process: got when first needed, renewed before it expires or when
 * a service refused it. Thread-safe; of several threads that need a new one, one fetches it.
 */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  /** Renewal comes this much before expiry, or a tenth of the lifetime if that is less. */
  private static final Duration LONGEST_MARGIN = Duration.ofMinutes(5);

  private final OpenStackAccess access;
  private final RetryingSender sender;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

  Tokens(OpenStackAccess access, RetryingSender sender, InstantSource clock) {
    this.access = access;
    this.sender = sender;
    this.clock = clock;
  }

  /** A token that is good for some time yet. */
  KeystoneToken valid(Deadline deadline) throws CloudException {
    KeystoneToken token = usable();
    if (token != null) {
      return token;
    }
    lock(deadline);
    try {
      KeystoneToken other = usable();
      return other == null ? fetch(deadline) : other;
    } finally {
      fetching.unlock();
    }
  }

  /** A service refused this token: the next {@link #valid} gets another one. */
  void refused(KeystoneToken token) {
    Held now = held.get();
    if (now != null && now.token == token) {
      held.compareAndSet(now, null);
    }
  }

  private @Nullable KeystoneToken usable() {
    Held now = held.get();
    return now == null || !clock.instant().isBefore(now.renewAt) ? null : now.token;
  }

  private void lock(Deadline deadline) throws CloudException {
    try {
      if (!fetching.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw Faults.overdue("waiting for a Keystone token", deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Faults.interrupted("waiting for a Keystone token");
    }
  }

  private KeystoneToken fetch(Deadline deadline) throws CloudException {
    String what = "Keystone: POST " + access.authUrl() + "/auth/tokens";
    Instant asked = clock.instant();
    Answer answer = sender.send(what, deadline, this::request);
    if (answer.status() == 401) {
      throw new CloudException(
          "%s refused %s: check user, password, domains and project".formatted(what, access.user()),
          false);
    }
    if (!answer.success()) {
      throw Faults.answered(what, answer);
    }
    KeystoneToken token = read(what, answer);
    Instant renewAt = asked.plus(useful(token));
    held.set(new Held(token, renewAt));
    LOG.debug("new Keystone token for {}, to be renewed at {}", access, renewAt);
    return token;
  }

  private HttpRequest<KeystoneToken> request() {
    AuthScope scope =
        AuthScope.project(
            Identifier.byName(access.project()), Identifier.byName(access.projectDomain()));
    return HttpRequest.builder(KeystoneToken.class)
        .endpoint(access.authUrl())
        .path("/auth/tokens")
        .method(HttpMethod.POST)
        .entity(
            new KeystoneAuth(
                access.user(),
                new String(access.password().get()),
                Identifier.byName(access.userDomain()),
                scope))
        .build();
  }

  private static KeystoneToken read(String what, Answer answer) throws CloudException {
    try {
      KeystoneToken token =
          ObjectMapperSingleton.getContext(KeystoneToken.class)
              .readerFor(KeystoneToken.class)
              .readValue(answer.json());
      token.setId(
          answer
              .subjectToken()
              .orElseThrow(() -> Faults.malformed(what, "no X-Subject-Token header")));
      if (token.getExpires() == null || token.getIssuedAt() == null || token.getCatalog() == null) {
        throw Faults.malformed(what, "a token without expiry or catalog");
      }
      return token;
    } catch (IOException e) {
      throw Faults.malformed(what, "the body is no token");
    }
  }

  /** From Keystone's own times alone, so that a difference between the clocks does no harm. */
  private static Duration useful(KeystoneToken token) {
    Duration lifetime =
        Duration.between(token.getIssuedAt().toInstant(), token.getExpires().toInstant());
    Duration tenth = lifetime.dividedBy(10);
    return lifetime.minus(tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN);
  }

  private record Held(KeystoneToken token, Instant renewAt) {}
}
