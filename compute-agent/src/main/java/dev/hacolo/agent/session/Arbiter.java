package dev.hacolo.agent.session;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import io.vertx.core.Future;

/** Port to whoever decides claims: nova-ha-service. */
public interface Arbiter {
  /** Sends a claim, idempotent by its nonce; fails when no answer came, within a few seconds. */
  Future<ClaimDecision> claim(Claim claim);
}
