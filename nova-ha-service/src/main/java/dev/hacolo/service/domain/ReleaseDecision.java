package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Optional;

/**
 * Ends a pair. While the server exists, the primary leaves first and the secondary is destroyed
 * only when the primary no longer needs it; when the server is gone, both go at once.
 */
final class ReleaseDecision {
  private ReleaseDecision() {}

  /** A failover that is needed or under way comes first: protection may end, not the instance. */
  static boolean isDue(Situation s) {
    if (isGone(s)) {
      return true;
    }
    return switch (s.pair().state()) {
      case FAILING_OVER, DEGRADED -> false;
      // A primary that hands over stops its VM: it must not be left as the only copy meanwhile.
      case PROTECTED -> s.primary().isPresent() && !s.pair().handsOver();
      case REQUESTED, PAIRING, SYNCING, SOLO, SUSPENDED, RELEASED -> true;
    };
  }

  static Decision decide(Situation s) {
    if (s.pair().state() == PairState.PROTECTED) {
      // Disarmed before the primary leaves: its secondary would take that for a loss, and win.
      return Decision.apply(Transitions.secondaryLost(s.pair(), s.pair().reason(), s.now()));
    }
    Optional<HostOrder> primary = s.primary().flatMap(view -> endPrimary(s, view));
    if (primary.isPresent() && !isGone(s)) {
      return Decision.order(primary.get());
    }
    Decision orders = primary.map(Decision::order).orElseGet(Decision::rest);
    Optional<HostOrder> secondary =
        s.secondary()
            .filter(view -> view.session(s.pair().id()).isPresent())
            .map(view -> s.plain(view.report().host(), SessionTarget.ABSENT));
    Decision both = secondary.map(order -> withOrder(orders, order)).orElse(orders);
    boolean clean = both.orders().isEmpty() && LostCopies.orders(s).isEmpty();
    return clean && s.hosts().settled()
        ? Decision.apply(Transitions.released(s.pair(), s.now()))
        : both;
  }

  /** The order that ends the session on the primary's host, if it has one. */
  static Optional<HostOrder> endPrimary(Situation s, HostView view) {
    String host = view.report().host();
    return view.session(s.pair().id())
        .map(
            session ->
                s.plain(
                    host,
                    mustDie(s) && !stoodDown(session)
                        ? SessionTarget.STAND_DOWN
                        : SessionTarget.ABSENT));
  }

  /** Nova deletes its own domain; it does not know of a copy that serves elsewhere. */
  private static boolean mustDie(Situation s) {
    return isGone(s) && s.pair().servesElsewhere();
  }

  private static boolean stoodDown(SessionReport session) {
    boolean ordered =
        session.target() == SessionTarget.STAND_DOWN || session.target() == SessionTarget.ABSENT;
    return ordered && !session.guestRunning();
  }

  private static boolean isGone(Situation s) {
    return s.pair().releaseCause().filter(c -> c == ReleaseCause.SERVER_GONE).isPresent();
  }

  private static Decision withOrder(Decision decision, HostOrder order) {
    return decision.and(List.of(order));
  }
}
