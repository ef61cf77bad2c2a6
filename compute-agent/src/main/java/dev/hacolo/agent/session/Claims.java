package dev.hacolo.agent.session;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import io.vertx.core.Vertx;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a claim until it is decided: the same nonce each time, so that a lost answer changes
 * nothing. Event-loop confined.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Arbiter arbiter;

  Claims(Vertx vertx, Arbiter arbiter) {
    this.vertx = vertx;
    this.arbiter = arbiter;
  }

  /**
   * Sends a claim.
   *
   * @param wanted asked before each attempt; false ends it
   * @param decided called at most once, with a decision other than WAIT
   */
  void send(Claim claim, BooleanSupplier wanted, Consumer<ClaimDecision> decided) {
    attempt(claim, wanted, decided, FIRST_PAUSE_MILLIS);
  }

  private void attempt(
      Claim claim, BooleanSupplier wanted, Consumer<ClaimDecision> decided, long pauseMillis) {
    if (!wanted.getAsBoolean()) {
      return;
    }
    arbiter
        .claim(claim)
        .onComplete(
            answer -> {
              boolean open =
                  answer.failed() || answer.result().verdict() == ClaimDecision.Verdict.WAIT;
              if (!open) {
                decided.accept(answer.result());
                return;
              }
              LOG.warn(
                  "claim on pair {} is not decided: {}",
                  claim.pairId(),
                  answer.failed() ? answer.cause().getMessage() : answer.result().reason());
              Claim next = answer.failed() ? claim : renewed(claim);
              vertx.setTimer(
                  pauseMillis,
                  t ->
                      attempt(
                          next, wanted, decided, Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)));
            });
  }

  /** WAIT was an answer to the old nonce; a new question needs a new one. */
  private static Claim renewed(Claim claim) {
    return new Claim(
        claim.pairId(),
        claim.generation(),
        claim.host(),
        UUID.randomUUID(),
        claim.kind(),
        claim.reason());
  }
}
