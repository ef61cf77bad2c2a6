package dev.hacolo.service.store;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.service.domain.ClaimArbiter.Ruling;
import dev.hacolo.service.domain.Pair;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.StatelessSession;

/** Decides claims in one transaction each, on connections of their own. Blocks; thread-safe. */
public final class ClaimStore {
  private final Database database;

  /** Works on a database. */
  public ClaimStore(Database database) {
    this.database = database;
  }

  /** Outcome of one attempt to decide. */
  public sealed interface Outcome {
    /** Decided; a transition that was decided on is committed. */
    record Decided(ClaimDecision decision, boolean repeated, boolean committed)
        implements Outcome {}

    /** There is no such pair. */
    record UnknownPair() implements Outcome {}

    /** The pair changed meanwhile, so that something has to be found out first. */
    record AskAgain() implements Outcome {}
  }

  /** The answer that a claim of this nonce got before, else the pair as it is now. */
  public record Prior(Optional<ClaimDecision> answer, Optional<Pair> pair) {}

  /** Looks a claim and its pair up. */
  public Prior prior(Claim claim) throws DatabaseUnavailableException {
    return database.transactAtOnce(
        session ->
            new Prior(
                answered(session, claim),
                Optional.ofNullable(session.get(PairEntity.class, claim.pairId()))
                    .map(PairMapping::toPair)));
  }

  /**
   * Locks the pair, rules, commits the ruling's transition and the answer.
   *
   * @param rule rules on the locked pair, or asks again
   */
  public Outcome decide(Claim claim, Function<Pair, Optional<Ruling>> rule, Instant now)
      throws DatabaseUnavailableException {
    return database.transactAtOnce(session -> decide(session, claim, rule, now));
  }

  private static Outcome decide(
      StatelessSession session, Claim claim, Function<Pair, Optional<Ruling>> rule, Instant now) {
    Optional<Pair> pair = PairWriter.lock(session, claim.pairId());
    if (pair.isEmpty()) {
      return new Outcome.UnknownPair();
    }
    // Looked up under the lock: two copies of one claim get one answer.
    Optional<ClaimDecision> before = answered(session, claim);
    if (before.isPresent()) {
      return new Outcome.Decided(before.get(), true, false);
    }
    Optional<Ruling> ruling = rule.apply(pair.get());
    if (ruling.isEmpty()) {
      return new Outcome.AskAgain();
    }
    return commit(session, claim, ruling.get(), now);
  }

  private static Outcome commit(StatelessSession session, Claim claim, Ruling ruling, Instant now) {
    ruling
        .transition()
        .ifPresent(
            transition -> {
              if (!PairWriter.write(session, transition, now)) {
                throw new IllegalStateException("a locked pair changed");
              }
            });
    ClaimDecision decision =
        new ClaimDecision(claim.pairId(), ruling.generation(), ruling.verdict(), ruling.reason());
    // "Nothing is decided yet" is no answer to be kept: the same claim may win later.
    if (ruling.verdict() != ClaimDecision.Verdict.WAIT) {
      session.insert(row(claim, decision, now));
    }
    return new Outcome.Decided(decision, false, ruling.transition().isPresent());
  }

  private static Optional<ClaimDecision> answered(StatelessSession session, Claim claim) {
    UUID nonce = claim.nonce();
    return Optional.ofNullable(session.get(ClaimEntity.class, nonce))
        .filter(row -> row.pairId.equals(claim.pairId()) && row.host.equals(claim.host()))
        .map(row -> new ClaimDecision(row.pairId, row.decidedGeneration, row.verdict, row.reason));
  }

  private static ClaimEntity row(Claim claim, ClaimDecision decision, Instant now) {
    ClaimEntity row = new ClaimEntity();
    row.nonce = claim.nonce();
    row.pairId = claim.pairId();
    row.generation = claim.generation();
    row.host = claim.host();
    row.kind = claim.kind();
    row.verdict = decision.verdict();
    row.decidedGeneration = decision.generation();
    row.reason = decision.reason();
    row.at = now;
    return row;
  }
}
