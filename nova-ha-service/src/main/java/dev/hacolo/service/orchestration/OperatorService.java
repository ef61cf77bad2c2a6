package dev.hacolo.service.orchestration;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.OperatorOrders;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.SecondaryVcpus;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Carries operators' orders into the pair table. Blocks; thread-safe. */
public final class OperatorService {
  private static final int ATTEMPTS = 5;

  private final PairStore pairs;
  private final AgentDirectory directory;
  private final Journal journal;
  private final Charging charging;
  private final InstantSource clock;

  OperatorService(
      PairStore pairs,
      AgentDirectory directory,
      Journal journal,
      Charging charging,
      InstantSource clock) {
    this.charging = charging;
    this.pairs = pairs;
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
  }

  /** Lets the secondary take over; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> failover(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    return order(
        pairId,
        pair -> OperatorOrders.failover(pair, directory.hosts(), operator, clock.instant()));
  }

  /** Ends the protection; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> unprotect(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    return order(pairId, pair -> OperatorOrders.unprotect(pair, operator, clock.instant()));
  }

  /**
   * Lets the secondary run another number of vCPUs; empty if there is no such pair. More of them
   * are charged before they are ordered.
   */
  public Optional<OperatorOrders.Result> secondaryVcpus(
      UUID pairId, SecondaryVcpus.Mode mode, int count, String operator)
      throws DatabaseUnavailableException {
    return order(
        pairId,
        pair ->
            charged(
                pair, OperatorOrders.secondaryVcpus(pair, mode, count, operator, clock.instant())));
  }

  private OperatorOrders.Result charged(Pair pair, OperatorOrders.Result result) {
    if (!(result instanceof OperatorOrders.Result.Accepted accepted)) {
      return result;
    }
    return charging
        .before(pair, accepted.transition().after())
        .<OperatorOrders.Result>map(OperatorOrders.Result.Refused::new)
        .orElse(result);
  }

  private Optional<OperatorOrders.Result> order(
      UUID pairId, Function<Pair, OperatorOrders.Result> decide)
      throws DatabaseUnavailableException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<PairStore.Stored> stored = pairs.find(pairId);
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      OperatorOrders.Result result = decide.apply(stored.get().pair());
      if (!(result instanceof OperatorOrders.Result.Accepted accepted)) {
        return Optional.of(result);
      }
      if (pairs.commit(accepted.transition(), clock.instant())) {
        journal.committed(accepted.transition());
        return Optional.of(result);
      }
    }
    return Optional.of(new OperatorOrders.Result.Refused("the pair keeps changing: try again"));
  }
}
