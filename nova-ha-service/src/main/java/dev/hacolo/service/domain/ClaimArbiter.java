package dev.hacolo.service.domain;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Decides claims. At most one side of a generation wins: the ruling's transition is committed by
 * compare-and-set on version and generation, and every later claim meets the state after it.
 *
 * <p>A secondary wins only with the agent incarnation that was recorded when the pair became
 * PROTECTED: an agent that restarted has lost what a takeover needs. A primary that lives is
 * preferred and may have restarted: its VM is the state that clients have seen.
 */
public final class ClaimArbiter {
  private ClaimArbiter() {}

  /**
   * The answer to a claim.
   *
   * @param verdict what the claimant has to do
   * @param generation the pair's generation after the decision, at least 1
   * @param reason one sentence
   * @param transition what has to be committed before the answer may be given
   */
  public record Ruling(
      Verdict verdict, long generation, String reason, Optional<Transition> transition) {}

  /** Whether the primary's agent has to be asked before this claim can be decided. */
  public static boolean asksPrimary(Pair pair, Claim claim) {
    return pair.state() == PairState.PROTECTED
        && claim.kind() == Claim.Kind.PEER_LOST
        && claim.generation() == pair.generation()
        && pair.isSecondary(claim.host());
  }

  /**
   * Decides.
   *
   * @param claimantIncarnation incarnation in the claimant's last report, empty if there is none
   * @param probe what the primary answered, where {@link #asksPrimary} said so
   */
  public static Ruling decide(
      Pair pair,
      Claim claim,
      Optional<UUID> claimantIncarnation,
      PrimaryProbe probe,
      RetryPolicy retry,
      Instant now) {
    boolean member = pair.isPrimary(claim.host()) || pair.isSecondary(claim.host());
    if (claim.generation() > pair.generation()) {
      return standing(pair, Verdict.WAIT, "the claim's generation is not known yet");
    }
    if (claim.generation() < pair.generation() || pair.state() == PairState.RELEASED || !member) {
      return settled(pair, claim);
    }
    return switch (pair.state()) {
      case PROTECTED -> armed(pair, claim, claimantIncarnation, probe, now);
      case PAIRING, SYNCING -> unarmed(pair, claim, retry, now);
      case REQUESTED, FAILING_OVER, DEGRADED, SOLO, SUSPENDED, RELEASED -> settled(pair, claim);
    };
  }

  /** It is decided already, or there never was anything to decide. */
  private static Ruling settled(Pair pair, Claim claim) {
    if (!pair.isPrimary(claim.host())) {
      return standing(
          pair, Verdict.STAND_DOWN, "the pair is in a generation without " + claim.host());
    }
    boolean sole =
        pair.state().hasSoleCopy()
            || pair.state() == PairState.REQUESTED
            || pair.state() == PairState.RELEASED;
    if (sole && claim.kind() == Claim.Kind.PEER_LOST) {
      return standing(pair, Verdict.GO_SOLO, claim.host() + " is the only copy");
    }
    return standing(pair, Verdict.WAIT, "there is no other copy that could go on");
  }

  private static Ruling armed(
      Pair pair, Claim claim, Optional<UUID> incarnation, PrimaryProbe probe, Instant now) {
    boolean fromPrimary = pair.isPrimary(claim.host());
    boolean peerLost = claim.kind() == Claim.Kind.PEER_LOST;
    if (fromPrimary == peerLost) {
      // The primary lost its peer, or the secondary gave up: the primary goes on.
      return secondaryLost(pair, fromPrimary, claim.host() + ": " + claim.reason(), now);
    }
    if (fromPrimary) {
      String reason = "%s gave its copy up: %s".formatted(claim.host(), claim.reason());
      return primaryLost(pair, Verdict.STAND_DOWN, reason, now);
    }
    if (probe == PrimaryProbe.LIVE) {
      String reason =
          "%s claimed (%s), but the primary answers with a running guest"
              .formatted(claim.host(), claim.reason());
      return secondaryLost(pair, false, reason, now);
    }
    if (probe == PrimaryProbe.NOT_ASKED) {
      return standing(pair, Verdict.WAIT, "the primary's agent has not been asked yet");
    }
    if (incarnation.isEmpty()) {
      return standing(pair, Verdict.WAIT, "no report of this agent has arrived yet");
    }
    if (!incarnation.equals(pair.members().secondaryIncarnation())) {
      return standing(
          pair,
          Verdict.WAIT,
          "the agent restarted since the pair was protected: an operator decides");
    }
    String reason = "%s claimed: %s".formatted(claim.host(), claim.reason());
    return primaryLost(pair, Verdict.GO_SOLO, reason, now);
  }

  /** Before the pair is PROTECTED only the primary has a copy that counts. */
  private static Ruling unarmed(Pair pair, Claim claim, RetryPolicy retry, Instant now) {
    boolean fromPrimary = pair.isPrimary(claim.host());
    boolean peerLost = claim.kind() == Claim.Kind.PEER_LOST;
    if (!fromPrimary && peerLost) {
      return standing(pair, Verdict.WAIT, "the pair is not protected yet");
    }
    String reason = "%s gave the sync up: %s".formatted(claim.host(), claim.reason());
    Verdict verdict = fromPrimary && peerLost ? Verdict.GO_SOLO : Verdict.STAND_DOWN;
    return committed(verdict, reason, Transitions.abandoned(pair, reason, retry, now));
  }

  private static Ruling primaryLost(Pair pair, Verdict verdict, String reason, Instant now) {
    return committed(
        verdict, reason, Transitions.promoted(pair, PairEvent.PRIMARY_LOST, reason, now));
  }

  private static Ruling secondaryLost(Pair pair, boolean fromPrimary, String reason, Instant now) {
    Verdict verdict = fromPrimary ? Verdict.GO_SOLO : Verdict.STAND_DOWN;
    return committed(verdict, reason, Transitions.secondaryLost(pair, reason, now));
  }

  private static Ruling committed(Verdict verdict, String reason, Transition transition) {
    long generation = Math.max(1, transition.after().generation());
    return new Ruling(verdict, generation, reason, Optional.of(transition));
  }

  private static Ruling standing(Pair pair, Verdict verdict, String reason) {
    return new Ruling(verdict, Math.max(1, pair.generation()), reason, Optional.empty());
  }
}
