package dev.hacolo.service.domain;

import java.util.Optional;

/** The next step for a pair; level-triggered, so it can be asked again at any time. */
public final class PairDecision {
  private PairDecision() {}

  /** Decides; the same situation always gets the same answer. */
  public static Decision decide(Situation situation) {
    Pair pair = situation.pair();
    if (pair.state() == PairState.RELEASED) {
      return Decision.rest().and(LostCopies.ofReleased(situation));
    }
    Decision decision =
        pair.releaseCause().isPresent() && ReleaseDecision.isDue(situation)
            ? ReleaseDecision.decide(situation)
            : wanted(situation);
    Decision withCleaning = decision.and(LostCopies.orders(situation));
    return withCleaning.action() instanceof Action.Rest
        ? LostCopies.cleanHost(situation)
            .map(
                host ->
                    new Decision(
                        withCleaning.orders(),
                        new Action.Apply(
                            Transitions.deposedHostIsClean(pair, host, situation.now()))))
            .orElse(withCleaning)
        : withCleaning;
  }

  private static Decision wanted(Situation situation) {
    Optional<Action> ordered = OrderDecision.decide(situation);
    if (ordered.isEmpty()) {
      return usual(situation);
    }
    // What both copies are in the middle of comes before an order; a new beginning after it.
    Decision first =
        switch (situation.pair().state()) {
          case SYNCING -> Decision.act(usual(situation).action());
          case PROTECTED, FAILING_OVER, DEGRADED -> usual(situation);
          case REQUESTED, PAIRING, SOLO, SUSPENDED, RELEASED -> Decision.rest();
        };
    return first.action() instanceof Action.Rest
        ? new Decision(first.orders(), ordered.get())
        : first;
  }

  private static Decision usual(Situation situation) {
    return switch (situation.pair().state()) {
      case REQUESTED, SOLO -> PairingDecision.choose(situation);
      case PAIRING -> PairingDecision.prepare(situation);
      case SYNCING -> SyncDecision.decide(situation);
      case PROTECTED -> WatchDecision.decide(situation);
      case FAILING_OVER, DEGRADED -> SoleCopyDecision.decide(situation);
      case SUSPENDED -> PairingDecision.rest(situation);
      case RELEASED -> Decision.rest();
    };
  }
}
