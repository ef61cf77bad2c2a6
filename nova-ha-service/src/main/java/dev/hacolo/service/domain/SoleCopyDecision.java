package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.Optional;

/** FAILING_OVER and DEGRADED: make the winner the only copy, until it says that it serves. */
final class SoleCopyDecision {
  private SoleCopyDecision() {}

  static Decision decide(Situation s) {
    String host =
        s.pair()
            .members()
            .primary()
            .orElseThrow(() -> new IllegalStateException("the only copy has a host"));
    Optional<HostView> winner = s.primary();
    if (winner.isEmpty()) {
      return s.primarySilent()
          ? s.waiting("the agent on %s, which holds the only copy, is silent".formatted(host))
          : Decision.rest();
    }
    Optional<SessionReport> session = s.current(winner);
    if (session.filter(SoleCopyDecision::serves).isPresent()) {
      return Decision.apply(Transitions.servingAlone(s.pair(), s.now()));
    }
    if (session.filter(r -> r.phase() == SessionPhase.GONE).isPresent()) {
      return Decision.act(
          new Action.VerifyServer("the only copy on %s has ended; none is left".formatted(host)));
    }
    return Decision.order(s.plain(host, SessionTarget.SOLO));
  }

  private static boolean serves(SessionReport session) {
    return session.target() == SessionTarget.SOLO
        && session.phase() == SessionPhase.SOLO
        && session.guestRunning();
  }
}
