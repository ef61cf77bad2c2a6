package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.service.agent.AgentAnswer;
import dev.hacolo.service.agent.AgentClient;
import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.OrderTransitions;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.StandingOrder;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins switch-overs: the order is written down first, then the primary's agent is asked, once. If
 * nothing comes of it, the order's deadline ends it. Blocks; thread-safe.
 */
final class HandOvers {
  private static final Logger log = LoggerFactory.getLogger(HandOvers.class);
  private static final int ATTEMPTS = 5;
  private static final Duration LONGER_THAN_ANY_ANSWER = Duration.ofSeconds(70);

  private final PairStore pairs;
  private final AgentClient agents;
  private final AgentDirectory directory;
  private final Journal journal;
  private final InstantSource clock;

  HandOvers(
      PairStore pairs,
      AgentClient agents,
      AgentDirectory directory,
      Journal journal,
      InstantSource clock) {
    this.pairs = pairs;
    this.agents = agents;
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
  }

  /** What came of it. */
  sealed interface Outcome {
    /** The pair is not what the order was decided on: nothing is done. */
    record Changed() implements Outcome {}

    /** The agent has begun, or may have. */
    record Begun() implements Outcome {}

    /** The agent refused it for this reason; the order is over. */
    record Refused(String reason) implements Outcome {}
  }

  Outcome begin(Transition ordered) throws DatabaseUnavailableException {
    if (!pairs.commit(ordered, clock.instant())) {
      return new Outcome.Changed();
    }
    journal.committed(ordered);
    AgentAnswer answer = ask(ordered.after());
    if (answer instanceof AgentAnswer.Refused refused) {
      refused(ordered.after(), refused.reason());
      return new Outcome.Refused(refused.reason());
    }
    if (answer instanceof AgentAnswer.Failed failed) {
      log.warn(
          "pair {}: whether its primary hands over is not known: {}",
          ordered.after().id(),
          failed.reason());
    }
    return new Outcome.Begun();
  }

  private AgentAnswer ask(Pair pair) {
    Optional<HostReport> primary = pair.members().primary().flatMap(directory::report);
    if (primary.isEmpty()) {
      return new AgentAnswer.Failed("no report of the primary's agent has arrived yet");
    }
    try {
      return agents
          .handOver(primary.get(), pair.id(), pair.generation())
          .toCompletionStage()
          .toCompletableFuture()
          .get(LONGER_THAN_ANY_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new AgentAnswer.Failed("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      return new AgentAnswer.Failed(e.toString());
    }
  }

  /** The order ends, unless the roles have changed in spite of the agent's word. */
  private void refused(Pair asked, String reason) throws DatabaseUnavailableException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Pair> now = pairs.find(asked.id()).map(PairStore.Stored::pair);
      Optional<StandingOrder> order =
          now.flatMap(Pair::standingOrder)
              .filter(standing -> asked.standingOrder().equals(Optional.of(standing)));
      if (order.isEmpty() || now.get().generation() != asked.generation()) {
        return;
      }
      Transition failed =
          OrderTransitions.handOverFailed(now.get(), order.get(), reason, clock.instant());
      if (pairs.commit(failed, clock.instant())) {
        journal.committed(failed);
        return;
      }
    }
  }
}
