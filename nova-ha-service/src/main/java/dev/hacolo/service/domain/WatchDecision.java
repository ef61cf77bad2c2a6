package dev.hacolo.service.domain;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import java.util.Optional;

/**
 * PROTECTED: agents claim and renounce by themselves; this is for what they report without having
 * said so, for example after a restart. Silence decides nothing here: a silent primary may live,
 * and the secondary's claim is what starts a failover.
 */
final class WatchDecision {
  private WatchDecision() {}

  static Decision decide(Situation s) {
    Pair pair = s.pair();
    Optional<HostView> primary = s.primary();
    Optional<HostView> secondary = s.secondary();
    if (primary.isPresent() && copyDead(s, primary.get())) {
      if (pair.members().secondary().isPresent() && mayPromote(s, secondary)) {
        String reason =
            "the agent on %s reports that its VM is dead".formatted(hostOf(primary.get()));
        return Decision.apply(Transitions.promoted(pair, PairEvent.PRIMARY_LOST, reason, s.now()));
      }
      return Decision.rest();
    }
    if (pair.handsOver()) {
      // Its primary's VM stands still on purpose: who goes on is for the agents' claims.
      return Decision.rest();
    }
    if (secondary.isPresent() && sessionOver(s, secondary.get())) {
      String reason =
          "the secondary on %s is gone%s"
              .formatted(hostOf(secondary.get()), because(s, secondary.get()));
      return Decision.apply(Transitions.secondaryLost(pair, reason, s.now()));
    }
    if (primary.isPresent() && sessionOver(s, primary.get())) {
      String reason =
          "the primary on %s no longer replicates%s"
              .formatted(hostOf(primary.get()), because(s, primary.get()));
      return Decision.apply(Transitions.secondaryLost(pair, reason, s.now()));
    }
    return SyncDecision.vcpuOrder(s).map(Decision::order).orElseGet(Decision::rest);
  }

  /** A secondary that is not the one that was armed has lost what a takeover needs. */
  private static boolean mayPromote(Situation s, Optional<HostView> secondary) {
    return secondary
        .filter(
            view ->
                s.pair()
                    .members()
                    .secondaryIncarnation()
                    .filter(view.report().incarnation()::equals)
                    .isPresent())
        .filter(
            view ->
                s.current(Optional.of(view))
                    .filter(session -> session.phase() == SessionPhase.PROTECTED)
                    .isPresent())
        .isPresent();
  }

  /** The report has neither a session with a running VM nor the running guest. */
  private static boolean copyDead(Situation s, HostView view) {
    boolean guestRuns =
        view.guest(s.pair().instance().uuid()).filter(HostReport.Guest::running).isPresent();
    Optional<SessionReport> session = s.current(Optional.of(view));
    if (session.isEmpty()) {
      return !guestRuns;
    }
    return !guestRuns && !session.get().guestRunning() && ended(session.get());
  }

  private static boolean sessionOver(Situation s, HostView view) {
    return s.current(Optional.of(view)).map(WatchDecision::ended).orElse(true);
  }

  private static boolean ended(SessionReport session) {
    return session.phase() == SessionPhase.FAILED || session.phase() == SessionPhase.GONE;
  }

  private static String because(Situation s, HostView view) {
    return s.current(Optional.of(view))
        .flatMap(session -> Optional.ofNullable(session.reason()))
        .map(reason -> ": " + reason)
        .orElse("");
  }

  private static String hostOf(HostView view) {
    return view.report().host();
  }
}
