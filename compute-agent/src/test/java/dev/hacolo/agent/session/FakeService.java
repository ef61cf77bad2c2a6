package dev.hacolo.agent.session;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.ClaimDecision.Verdict;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Decides claims as the service does: by one compare-and-set on the generation, idempotent by
 * nonce. It can lose its answers, and say WAIT.
 */
final class FakeService implements Arbiter {
  private final List<Claim> claims = new CopyOnWriteArrayList<>();
  private final Map<UUID, ClaimDecision> decided = new HashMap<>();
  private long generation = 1;
  private int answersToLose;
  private int waits;

  List<Claim> claims() {
    return claims;
  }

  void generation(long value) {
    generation = value;
  }

  void loseAnswers(int count) {
    answersToLose = count;
  }

  void sayWait(int count) {
    waits = count;
  }

  @Override
  public Future<ClaimDecision> claim(Claim claim) {
    claims.add(claim);
    ClaimDecision decision = decided.computeIfAbsent(claim.nonce(), n -> decide(claim));
    if (answersToLose > 0) {
      answersToLose--;
      return Future.failedFuture(new StepException("the answer was lost"));
    }
    return Future.succeededFuture(decision);
  }

  private ClaimDecision decide(Claim claim) {
    if (waits > 0) {
      waits--;
      return new ClaimDecision(claim.pairId(), generation, Verdict.WAIT, "not now");
    }
    boolean first = claim.generation() == generation;
    if (first) {
      generation++;
    }
    boolean wins = first && claim.kind() == Claim.Kind.PEER_LOST;
    // Who renounces hands the pair to the other side, whose own claim then comes second.
    boolean handedOver = !first && claim.kind() == Claim.Kind.PEER_LOST && renounced(claim);
    return new ClaimDecision(
        claim.pairId(),
        generation,
        wins || handedOver ? Verdict.GO_SOLO : Verdict.STAND_DOWN,
        "decided");
  }

  private boolean renounced(Claim claim) {
    return claims.stream()
        .anyMatch(
            c ->
                c.kind() == Claim.Kind.RENOUNCE
                    && c.generation() == claim.generation()
                    && !c.host().equals(claim.host()));
  }
}
