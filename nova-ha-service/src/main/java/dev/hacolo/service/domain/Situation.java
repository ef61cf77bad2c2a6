package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a decision about a pair rests on.
 *
 * @param pair what shall be
 * @param hosts what is
 * @param cloudWork empty when earlier cloud work is done, else why it is not (blank: just begun)
 * @param refusals orders of this generation that an agent refused for good, by host
 * @param stalled whether a sync has made no progress for too long
 * @param settings policy of the service
 * @param now the time
 */
public record Situation(
    Pair pair,
    Hosts hosts,
    Optional<String> cloudWork,
    Map<String, String> refusals,
    boolean stalled,
    Settings settings,
    Instant now) {
  /** Copies the map. */
  public Situation {
    refusals = Map.copyOf(refusals);
  }

  /**
   * Policy of the service.
   *
   * @param retry back-off
   * @param failureDomainRequired whether the two hosts must differ in failure domain
   */
  public record Settings(RetryPolicy retry, boolean failureDomainRequired) {}

  Optional<HostView> primary() {
    return pair.members().primary().flatMap(hosts::alive);
  }

  Optional<HostView> secondary() {
    return pair.members().secondary().flatMap(hosts::alive);
  }

  boolean primarySilent() {
    return pair.members().primary().filter(hosts::silent).isPresent();
  }

  boolean secondarySilent() {
    return pair.members().secondary().filter(hosts::silent).isPresent();
  }

  /** The host's session of this pair in this generation. */
  Optional<SessionReport> current(Optional<HostView> view) {
    return view.flatMap(host -> host.session(pair.id()))
        .filter(session -> session.generation() == pair.generation());
  }

  /** An order that needs neither peer nor guest. */
  HostOrder plain(String host, SessionTarget target) {
    return new HostOrder(
        host,
        new SessionOrder(
            pair.id(),
            pair.instance().uuid(),
            Math.max(1, pair.generation()),
            target,
            null,
            null,
            null,
            null));
  }

  /** Waits; writes the reason down if it is a new one. */
  Decision waiting(String reason) {
    return waiting(reason, Optional.empty());
  }

  Decision waiting(String reason, Optional<HostChoice> choice) {
    return pair.reason().equals(reason)
        ? Decision.rest()
        : Decision.apply(Transitions.noted(pair, reason, choice, now));
  }

  Decision abandon(String reason) {
    return Decision.apply(Transitions.abandoned(pair, reason, settings.retry(), now));
  }
}
