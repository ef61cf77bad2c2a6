package dev.hacolo.service.domain;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.api.VcpuAllocation;
import java.util.Optional;

/** SYNCING: prepare the secondary, then let the primary replicate to it, until both report. */
final class SyncDecision {
  private SyncDecision() {}

  static Decision decide(Situation s) {
    return failure(s)
        .map(s::abandon)
        .or(() -> armed(s))
        .orElseGet(() -> nextOrder(s).map(Decision::order).orElseGet(Decision::rest));
  }

  private static Optional<String> failure(Situation s) {
    if (s.secondarySilent()) {
      return Optional.of("the secondary's agent on %s went silent".formatted(name(s, false)));
    }
    if (s.primarySilent()) {
      return Optional.of("the primary's agent on %s went silent".formatted(name(s, true)));
    }
    Optional<SessionReport> primary = s.current(s.primary());
    Optional<SessionReport> secondary = s.current(s.secondary());
    Optional<String> broken =
        broken(primary, "primary", name(s, true))
            .or(() -> broken(secondary, "secondary", name(s, false)))
            .or(() -> s.refusals().values().stream().findFirst());
    if (broken.isPresent()) {
      return broken;
    }
    if (primary.isPresent() && s.secondary().isPresent() && secondary.isEmpty()) {
      return Optional.of("the secondary's session on %s is gone".formatted(name(s, false)));
    }
    if (s.stalled()) {
      return Optional.of("the sync made no progress for too long");
    }
    return guestMissing(s);
  }

  private static Optional<String> broken(
      Optional<SessionReport> session, String side, String host) {
    return session
        .filter(r -> r.phase() == SessionPhase.FAILED || r.phase() == SessionPhase.GONE)
        .map(
            r ->
                "the %s on %s failed: %s"
                    .formatted(side, host, r.reason() == null ? "no reason given" : r.reason()));
  }

  private static Optional<String> guestMissing(Situation s) {
    boolean missing =
        s.primary().filter(view -> view.guest(s.pair().instance().uuid()).isEmpty()).isPresent();
    return missing
        ? Optional.of("the agent on %s does not find the guest any more".formatted(name(s, true)))
        : Optional.empty();
  }

  private static Optional<Decision> armed(Situation s) {
    boolean both =
        s.current(s.primary()).filter(SyncDecision::isProtected).isPresent()
            && s.current(s.secondary()).filter(SyncDecision::isProtected).isPresent();
    return both
        ? s.primary()
            .flatMap(
                a ->
                    s.secondary()
                        .map(
                            b ->
                                Decision.apply(
                                    Transitions.protectedBy(
                                        s.pair(),
                                        a.report().incarnation(),
                                        b.report().incarnation(),
                                        s.now()))))
        : Optional.empty();
  }

  private static boolean isProtected(SessionReport session) {
    return session.phase() == SessionPhase.PROTECTED;
  }

  /**
   * The order that tells a live pair's secondary how many vCPUs it may run, unless it knows.
   * Nothing else of an order changes in its generation.
   */
  static Optional<HostOrder> vcpuOrder(Situation s) {
    Optional<VcpuAllocation> known =
        s.current(s.secondary()).flatMap(r -> Optional.ofNullable(r.vcpuAllocation()));
    if (known.isEmpty() || known.get().wanted() == s.pair().secondaryVcpus().count()) {
      return Optional.empty();
    }
    return secondaryOrder(s);
  }

  private static Optional<HostOrder> nextOrder(Situation s) {
    if (s.primary().isEmpty() || s.secondary().isEmpty()) {
      return Optional.empty();
    }
    Optional<SessionReport> secondary = s.current(s.secondary());
    if (secondary.isEmpty()) {
      return secondaryOrder(s);
    }
    if (s.current(s.primary()).isEmpty() && secondary.get().endpoints() != null) {
      HostReport a = s.primary().get().report();
      return Optional.of(bePrimary(s, a, s.secondary().get().report(), secondary.get()));
    }
    return vcpuOrder(s);
  }

  /** To the secondary's host; empty unless both agents are alive and the guest is there. */
  private static Optional<HostOrder> secondaryOrder(Situation s) {
    if (s.primary().isEmpty() || s.secondary().isEmpty()) {
      return Optional.empty();
    }
    HostView a = s.primary().get();
    HostReport b = s.secondary().get().report();
    return a.guest(s.pair().instance().uuid())
        .map(guest -> beSecondary(s, a.report(), b, guest.description()));
  }

  private static HostOrder beSecondary(
      Situation s, HostReport a, HostReport b, GuestDescription guest) {
    return new HostOrder(
        b.host(),
        new SessionOrder(
            s.pair().id(),
            s.pair().instance().uuid(),
            s.pair().generation(),
            SessionTarget.SECONDARY,
            peer(a),
            guest,
            null,
            policy(s)));
  }

  private static HostOrder bePrimary(
      Situation s, HostReport a, HostReport b, SessionReport secondary) {
    return new HostOrder(
        a.host(),
        new SessionOrder(
            s.pair().id(),
            s.pair().instance().uuid(),
            s.pair().generation(),
            SessionTarget.PRIMARY,
            peer(b),
            null,
            secondary.endpoints(),
            policy(s)));
  }

  private static SessionPolicy policy(Situation s) {
    return FlavorSpecParser.valid(s.pair().instance())
        .map(SyncDecision::policy)
        .orElse(SessionPolicy.DEFAULT)
        .withSecondaryVcpus(s.pair().secondaryVcpus().count());
  }

  private static SessionPolicy policy(FlavorSpec spec) {
    return new SessionPolicy(
        SessionPolicy.HA_COLO,
        release(spec),
        spec.maxCheckpointIntervalMs(),
        spec.maxHoldMs(),
        spec.maxPausePercent(),
        spec.secondaryVcpus());
  }

  private static String release(FlavorSpec spec) {
    return switch (spec.release()) {
      case COMPARE -> SessionPolicy.RELEASE_COMPARED;
      case STRICT -> SessionPolicy.RELEASE_STRICT;
      case PROVENANCE -> SessionPolicy.RELEASE_PROVENANCE;
    };
  }

  private static PeerAddress peer(HostReport report) {
    return new PeerAddress(report.host(), report.address(), report.peerPort());
  }

  private static String name(Situation s, boolean primary) {
    Members members = s.pair().members();
    return (primary ? members.primary() : members.secondary()).orElse("?");
  }
}
