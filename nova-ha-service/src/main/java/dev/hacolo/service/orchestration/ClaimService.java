package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.agent.AgentClient;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.ClaimArbiter;
import dev.hacolo.service.domain.ClaimArbiter.Ruling;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.PrimaryProbe;
import dev.hacolo.service.domain.RetryPolicy;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.store.ClaimStore;
import dev.hacolo.service.store.Lane;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers claims. On the failover path: nothing here waits but two short transactions on
 * connections of their own and, for a secondary's claim, the question to the primary. Never blocks
 * the caller.
 */
public final class ClaimService {
  private static final Logger log = LoggerFactory.getLogger(ClaimService.class);
  private static final Duration PROBE = Duration.ofMillis(300);
  private static final int ATTEMPTS = 3;

  private final ClaimStore claims;
  private final Lane lane;
  private final AgentClient agents;
  private final AgentDirectory directory;
  private final Journal journal;
  private final ServiceMetrics metrics;
  private final Fencing fencing;
  private final RetryPolicy retry;
  private final InstantSource clock;

  ClaimService(
      ClaimStore claims,
      Lane lane,
      AgentClient agents,
      AgentDirectory directory,
      Journal journal,
      ServiceMetrics metrics,
      Fencing fencing,
      RetryPolicy retry,
      InstantSource clock) {
    this.claims = claims;
    this.lane = lane;
    this.agents = agents;
    this.directory = directory;
    this.journal = journal;
    this.metrics = metrics;
    this.fencing = fencing;
    this.retry = retry;
    this.clock = clock;
  }

  /** Decides; empty if there is no such pair. Fails when the database is away. */
  public Future<Optional<ClaimDecision>> decide(Claim claim) {
    long start = System.nanoTime();
    return attempt(claim, ATTEMPTS)
        .onSuccess(
            answer ->
                answer.ifPresent(
                    decision -> {
                      Duration took = Duration.ofNanos(System.nanoTime() - start);
                      metrics.claim(decision.verdict().name(), took);
                      log.info(
                          "claim {} {} of pair {} generation {}: {} after {} ms ({})",
                          claim.host(),
                          claim.kind(),
                          claim.pairId(),
                          claim.generation(),
                          decision.verdict(),
                          took.toMillis(),
                          decision.reason());
                    }));
  }

  private Future<Optional<ClaimDecision>> attempt(Claim claim, int left) {
    return lane.run(() -> claims.prior(claim))
        .compose(
            prior -> {
              if (prior.answer().isPresent() || prior.pair().isEmpty()) {
                return Future.succeededFuture(prior.answer());
              }
              return probe(prior.pair().get(), claim)
                  .compose(probe -> rule(claim, probe))
                  .compose(outcome -> settle(claim, outcome, left));
            });
  }

  private Future<PrimaryProbe> probe(Pair pair, Claim claim) {
    if (!ClaimArbiter.asksPrimary(pair, claim)) {
      return Future.succeededFuture(PrimaryProbe.NOT_ASKED);
    }
    Optional<HostReport> primary = pair.members().primary().flatMap(directory::report);
    if (primary.isEmpty()) {
      // Restarted a moment ago: agents report every second, and the claimant asks again.
      return Future.succeededFuture(PrimaryProbe.NOT_ASKED);
    }
    return agents
        .session(primary.get(), pair.id(), PROBE)
        .map(
            answer ->
                answer.map(session -> PrimaryProbe.of(session, pair)).orElse(PrimaryProbe.NOT_LIVE))
        .otherwise(PrimaryProbe.SILENT);
  }

  private record Ruled(
      ClaimStore.Outcome outcome, List<Transition> committed, PrimaryProbe probe) {}

  private Future<Ruled> rule(Claim claim, PrimaryProbe probe) {
    return lane.run(
        () -> {
          List<Transition> ruled = new ArrayList<>();
          ClaimStore.Outcome outcome =
              claims.decide(
                  claim,
                  pair -> {
                    Optional<Ruling> ruling = rule(pair, claim, probe);
                    ruling.flatMap(Ruling::transition).ifPresent(ruled::add);
                    return ruling;
                  },
                  clock.instant());
          return new Ruled(outcome, ruled, probe);
        });
  }

  /** Runs under the pair's row lock. Empty: the primary has to be asked first. */
  private Optional<Ruling> rule(Pair pair, Claim claim, PrimaryProbe probe) {
    boolean unasked = probe == PrimaryProbe.NOT_ASKED && ClaimArbiter.asksPrimary(pair, claim);
    if (unasked && pair.members().primary().flatMap(directory::report).isPresent()) {
      return Optional.empty();
    }
    Optional<UUID> incarnation = directory.report(claim.host()).map(HostReport::incarnation);
    PrimaryProbe known = unasked ? settledProbe() : probe;
    return Optional.of(
        ClaimArbiter.decide(pair, claim, incarnation, known, retry, clock.instant()));
  }

  /** No report of the primary: after long enough a silence that is an answer, before it is none. */
  private PrimaryProbe settledProbe() {
    return directory.hosts().settled() ? PrimaryProbe.SILENT : PrimaryProbe.NOT_ASKED;
  }

  /** Against a primary that was asked and did not answer, or could not even be asked. */
  private static boolean promotes(Transition committed) {
    return committed.event() == PairEvent.PRIMARY_LOST;
  }

  private Future<Optional<ClaimDecision>> settle(Claim claim, Ruled ruled, int left) {
    if (ruled.outcome() instanceof ClaimStore.Outcome.Decided decided) {
      if (decided.committed()) {
        ruled.committed().forEach(journal::committed);
        if (claim.kind() == Claim.Kind.PEER_LOST && ruled.probe() != PrimaryProbe.NOT_LIVE) {
          ruled.committed().stream().filter(ClaimService::promotes).forEach(fencing::lost);
        }
      }
      return Future.succeededFuture(Optional.of(decided.decision()));
    }
    if (ruled.outcome() instanceof ClaimStore.Outcome.AskAgain && left > 1) {
      return attempt(claim, left - 1);
    }
    return ruled.outcome() instanceof ClaimStore.Outcome.UnknownPair
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture("the pair keeps changing");
  }
}
