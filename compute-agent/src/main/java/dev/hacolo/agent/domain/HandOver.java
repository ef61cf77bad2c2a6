package dev.hacolo.agent.domain;

import dev.hacolo.agent.domain.SessionMachine.Step;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.SessionPhase;
import java.util.List;
import java.util.Optional;

/**
 * The planned change of roles, as the primary's side sees it; a part of {@link SessionMachine}.
 * Pure.
 *
 * <p>The order of things is what makes it lossless: no output leaves any more, then the secondary
 * takes the primary's state, then the primary renounces. What ends it before the last of these
 * leaves the pair as it was. The copy that has renounced never serves again.
 */
public final class HandOver {
  private static final String REASON = "its role was handed over to the secondary, as ordered";

  private HandOver() {}

  /** Why the order makes no sense in a state, or nothing; one that is under way is accepted. */
  public static Optional<String> refusal(SessionState state, long generation) {
    if (generation != state.generation() || state.newestGeneration() != generation) {
      return Optional.of(
          "generation %d is not the present one: this agent is in generation %d"
              .formatted(generation, state.newestGeneration()));
    }
    if (state.side() == Side.SECONDARY) {
      return Optional.of("this host's copy is the secondary: only a primary hands over");
    }
    if (state.phase() != SessionPhase.PROTECTED) {
      return Optional.of(
          "the instance has no secondary that could take over: its phase is " + state.phase());
    }
    return state.claiming()
        ? Optional.of("the secondary is lost, and the service is being asked who serves")
        : Optional.empty();
  }

  static Step begin(SessionState state) {
    return state.running() == null ? SessionMachine.run(state, Plan.HAND_OVER) : Step.of(state);
  }

  /** What happens to a hand-over under way when the secondary is lost. */
  static Step peerLost(SessionState state, String reason) {
    return Step.of(
        state.withClaiming(true).withReason(reason), new SessionAction.CancelPlan(reason));
  }

  /** The secondary has the last state, and nothing of this VM can leave. */
  static Step done(SessionState state) {
    if (state.phase() == SessionPhase.GONE) {
      return Step.of(state);
    }
    if (state.claiming()) {
      return failed(state, String.valueOf(state.reason()));
    }
    SessionState gone = state.withPhase(SessionPhase.GONE).withStoodDown(true).withReason(REASON);
    return new Step(
        gone.withRunning(Plan.STOP_VM),
        List.of(
            new SessionAction.TellPeerRenounced(REASON),
            new SessionAction.SendClaim(Claim.Kind.RENOUNCE, REASON),
            new SessionAction.Run(Plan.STOP_VM)));
  }

  /** The pair is what it was; a loss that came meanwhile is claimed now. */
  static Step failed(SessionState state, String reason) {
    if (state.phase() == SessionPhase.GONE) {
      return Step.of(state);
    }
    SessionState kept = state.withReason(reason);
    return state.claiming()
        ? Step.of(
            kept,
            new SessionAction.ReopenOutputs(),
            new SessionAction.SendClaim(Claim.Kind.PEER_LOST, reason))
        : Step.of(kept, new SessionAction.ReopenOutputs());
  }
}
