package dev.hacolo.common.api;

import java.util.UUID;

/**
 * Answer to a {@link Claim}.
 *
 * @param pairId the pair
 * @param generation the pair's generation after the decision
 * @param verdict what the claimant has to do now
 * @param reason one sentence for logs
 */
public record ClaimDecision(UUID pairId, long generation, Verdict verdict, String reason) {

  /** What the claimant has to do now. */
  public enum Verdict {
    /** Be the only copy, in the new generation: work towards {@link SessionTarget#SOLO}. */
    GO_SOLO,
    /** The other side is the only copy: stop the VM, never resume it. */
    STAND_DOWN,
    /** Nothing is decided yet: stay as you are and ask again. */
    WAIT
  }

  /** Checks every field. */
  public ClaimDecision {
    Checks.present(pairId, "pair_id");
    Checks.range(generation, 1, Long.MAX_VALUE, "generation");
    Checks.present(verdict, "verdict");
    Checks.present(reason, "reason");
  }
}
