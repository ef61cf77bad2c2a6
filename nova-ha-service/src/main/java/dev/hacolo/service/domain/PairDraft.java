package dev.hacolo.service.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A pair being changed; used by {@link Transitions} only, and only for one change. */
final class PairDraft {
  private final Pair base;
  long generation;
  PairState state;
  Instant stateSince;
  Instance instance;
  Members members;
  SecondaryVcpus secondaryVcpus;
  Optional<UUID> reservation;
  Optional<UUID> survivorReservation;
  int attempts;
  Optional<Instant> retryAt;
  String reason;
  Optional<HostChoice> choice;
  Optional<ReleaseCause> releaseCause;
  Optional<StandingOrder> standingOrder;
  Optional<Instant> protectedAt;

  PairDraft(Pair base) {
    this.base = base;
    generation = base.generation();
    state = base.state();
    stateSince = base.stateSince();
    instance = base.instance();
    members = base.members();
    secondaryVcpus = base.secondaryVcpus();
    reservation = base.reservation();
    survivorReservation = base.survivorReservation();
    attempts = base.attempts();
    retryAt = base.retryAt();
    reason = base.reason();
    choice = base.choice();
    releaseCause = base.releaseCause();
    standingOrder = base.standingOrder();
    protectedAt = base.protectedAt();
  }

  Pair build() {
    return new Pair(
        base.id(),
        base.version() + 1,
        generation,
        state,
        stateSince,
        instance,
        members,
        secondaryVcpus,
        reservation,
        survivorReservation,
        attempts,
        retryAt,
        reason,
        choice,
        releaseCause,
        standingOrder,
        protectedAt,
        base.createdAt());
  }
}
