package dev.hacolo.service.domain;

import java.util.Optional;
import java.util.UUID;

/**
 * Cloud work that follows a committed decision; written in the same transaction and repeated until
 * it is done, in the order of writing.
 *
 * @param kind what to do
 * @param host where, for ports
 * @param consumer whose allocation, for Placement
 */
public record CloudTask(Kind kind, Optional<String> host, Optional<UUID> consumer) {
  /** Kinds of work. */
  public enum Kind {
    /** Remove a consumer's allocation from Placement. */
    UNRESERVE,
    /** Remove the INACTIVE port bindings on a host. */
    UNBIND_PORTS,
    /** Make the port bindings on a host the ACTIVE ones. */
    ACTIVATE_PORTS,
    /** Make a consumer's allocation what the pair says now; one that it knows no more stays. */
    CHARGE
  }

  static CloudTask unreserve(UUID consumer) {
    return new CloudTask(Kind.UNRESERVE, Optional.empty(), Optional.of(consumer));
  }

  static CloudTask charge(UUID consumer) {
    return new CloudTask(Kind.CHARGE, Optional.empty(), Optional.of(consumer));
  }

  static CloudTask unbindPorts(String host) {
    return new CloudTask(Kind.UNBIND_PORTS, Optional.of(host), Optional.empty());
  }

  static CloudTask activatePorts(String host) {
    return new CloudTask(Kind.ACTIVATE_PORTS, Optional.of(host), Optional.empty());
  }
}
