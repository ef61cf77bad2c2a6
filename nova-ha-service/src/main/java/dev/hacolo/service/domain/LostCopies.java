package dev.hacolo.service.domain;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies on hosts that have no part in the pair any more. One that was a primary must never run
 * again: it is stopped first and destroyed when the winner serves.
 */
final class LostCopies {
  private LostCopies() {}

  /** Orders for every host that reports a copy and is neither the primary's nor the secondary's. */
  static List<HostOrder> orders(Situation s) {
    Pair pair = s.pair();
    List<HostOrder> orders = new ArrayList<>();
    for (HostView view : s.hosts().byName().values()) {
      String host = view.report().host();
      if (view.alive() && !pair.isPrimary(host) && !pair.isSecondary(host)) {
        target(s, view).ifPresent(target -> orders.add(s.plain(host, target)));
      }
    }
    return orders;
  }

  /** After the release: hosts that were away when it happened. */
  static List<HostOrder> ofReleased(Situation s) {
    List<HostOrder> orders = new ArrayList<>(orders(s));
    s.primary().flatMap(view -> ReleaseDecision.endPrimary(s, view)).ifPresent(orders::add);
    return orders;
  }

  /** A deposed host that is alive and has nothing left. */
  static Optional<String> cleanHost(Situation s) {
    return s.pair().members().deposed().stream()
        .filter(host -> s.hosts().alive(host).filter(view -> isClean(s, view)).isPresent())
        .findFirst();
  }

  private static boolean isClean(Situation s, HostView view) {
    return view.session(s.pair().id()).isEmpty() && !guestRuns(s, view);
  }

  private static Optional<SessionTarget> target(Situation s, HostView view) {
    Optional<SessionReport> session = view.session(s.pair().id());
    if (session.isEmpty()) {
      boolean deposed = s.pair().members().deposed().contains(view.report().host());
      return deposed && guestRuns(s, view)
          ? Optional.of(SessionTarget.STAND_DOWN)
          : Optional.empty();
    }
    return switch (session.get().target()) {
      case SECONDARY -> isNeeded(s) ? Optional.empty() : Optional.of(SessionTarget.ABSENT);
      case ABSENT -> Optional.of(SessionTarget.ABSENT);
      case PRIMARY, SOLO -> Optional.of(SessionTarget.STAND_DOWN);
      case STAND_DOWN -> afterStandDown(s, session.get());
    };
  }

  /** A primary that leaves COLO by order would take the end of its secondary for a loss. */
  private static boolean isNeeded(Situation s) {
    return s.pair().state() == PairState.DEGRADED
        && s.pair().standingOrder().isPresent()
        && s.current(s.primary()).filter(r -> r.phase() == SessionPhase.SOLO).isEmpty();
  }

  private static Optional<SessionTarget> afterStandDown(Situation s, SessionReport session) {
    // An agent that restarted meanwhile reports FAILED: the order has to be carried out again.
    if (session.guestRunning() || session.phase() != SessionPhase.GONE) {
      return Optional.of(SessionTarget.STAND_DOWN);
    }
    PairState state = s.pair().state();
    boolean winnerServes = state != PairState.FAILING_OVER && state != PairState.DEGRADED;
    return winnerServes ? Optional.of(SessionTarget.ABSENT) : Optional.empty();
  }

  private static boolean guestRuns(Situation s, HostView view) {
    return view.guest(s.pair().instance().uuid()).filter(HostReport.Guest::running).isPresent();
  }
}
