package dev.hacolo.service.orchestration;

import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.domain.Transitions;
import dev.hacolo.service.fencing.FencingCommand;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the fencing command, if there is one, put hosts out of action that lost a claim without a
 * word. Nothing waits for it and nothing rests on it: it is run once, and what came of it is
 * written into the pair's history. Never blocks the caller.
 */
final class Fencing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fencing.class);
  private static final int WORKERS = 4;
  private static final int QUEUE = 1000;
  private static final int ATTEMPTS = 5;

  private final Optional<FencingCommand> command;
  private final PairStore pairs;
  private final Journal journal;
  private final InstantSource clock;
  private final ThreadPoolExecutor workers;

  Fencing(Optional<FencingCommand> command, PairStore pairs, Journal journal, InstantSource clock) {
    this.command = command;
    this.pairs = pairs;
    this.journal = journal;
    this.clock = clock;
    workers = Workers.pool("fencing", WORKERS, QUEUE);
  }

  /** A primary that did not answer has lost. */
  void lost(Transition decided) {
    Optional<String> host = decided.before().flatMap(before -> before.members().primary());
    if (command.isEmpty() || host.isEmpty()) {
      return;
    }
    FencingCommand fence = command.get();
    try {
      workers.execute(() -> fence(fence, decided.after(), host.get()));
    } catch (RejectedExecutionException e) {
      log.error("pair {}: {} is not fenced: too many are waiting", decided.after().id(), host);
    }
  }

  private void fence(FencingCommand fence, Pair pair, String host) {
    try {
      FencingCommand.Outcome outcome = fence.run(pair.instance().uuid(), host, pair.generation());
      log.info("pair {}: fencing {}: {}", pair.id(), host, outcome.reason());
      write(pair.id(), host, outcome);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DatabaseUnavailableException e) {
      log.warn("pair {}: what came of fencing {} cannot be written", pair.id(), host, e);
    } catch (RuntimeException e) {
      log.error("pair {}: fencing {} failed", pair.id(), host, e);
    }
  }

  private void write(UUID id, String host, FencingCommand.Outcome outcome)
      throws DatabaseUnavailableException {
    PairEvent event = outcome.fenced() ? PairEvent.FENCED : PairEvent.FENCING_FAILED;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Pair> pair = pairs.find(id).map(PairStore.Stored::pair);
      if (pair.isEmpty()) {
        return;
      }
      Transition remark = Transitions.fencing(pair.get(), event, host, outcome.reason());
      if (pairs.commit(remark, clock.instant())) {
        journal.committed(remark);
        return;
      }
    }
    log.warn("pair {}: what came of fencing {} is not in its history", id, host);
  }

  /** Ends running commands. */
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(3, TimeUnit.SECONDS)) {
        log.warn("a fencing command does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
