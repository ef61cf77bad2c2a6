package dev.hacolo.service.domain;

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
    return switch (situation.pair().state()) {
      case REQUESTED, SOLO -> PairingDecision.choose(situation);
      case PAIRING -> PairingDecision.prepare(situation);
      case SYNCING -> SyncDecision.decide(situation);
      case PROTECTED -> WatchDecision.decide(situation);
      case FAILING_OVER, DEGRADED -> SoleCopyDecision.decide(situation);
      case RELEASED -> Decision.rest();
    };
  }
}
