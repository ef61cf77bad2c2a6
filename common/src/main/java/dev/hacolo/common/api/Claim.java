package dev.hacolo.common.api;

import java.util.UUID;

/**
 * An agent asks to be the pair's only copy, or gives its copy up: {@code POST /agent/v1/claims}.
 * The service decides by one compare-and-set on the generation. Idempotent by {@code nonce}: a
 * claim whose answer was lost may be sent again and gets the same answer.
 *
 * @param pairId the pair
 * @param generation generation in which the claimant was protected
 * @param host the claimant
 * @param nonce made by the claimant, once for each claim
 * @param kind what is claimed
 * @param reason one sentence for the history: what the claimant saw
 */
public record Claim(
    UUID pairId, long generation, String host, UUID nonce, Kind kind, String reason) {

  /** What is claimed. */
  public enum Kind {
    /** The peer is silent or its VM is dead; the claimant wants to go on alone. */
    PEER_LOST,
    /** The claimant's own VM is dead; the peer shall go on alone. */
    RENOUNCE
  }

  /** Checks every field. */
  public Claim {
    Checks.present(pairId, "pair_id");
    Checks.range(generation, 1, Long.MAX_VALUE, "generation");
    Checks.name(host, "host");
    Checks.present(nonce, "nonce");
    Checks.present(kind, "kind");
    Checks.present(reason, "reason");
  }
}
