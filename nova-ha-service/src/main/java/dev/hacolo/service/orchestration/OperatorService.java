package dev.hacolo.service.orchestration;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.domain.MoveOrders;
import dev.hacolo.service.domain.OperatorOrders;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.ProtectionOrders;
import dev.hacolo.service.domain.SecondaryVcpus;
import dev.hacolo.service.domain.SwitchOverOrders;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.FleetStore;
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
  private final FleetStore fleet;
  private final HandOvers handOvers;
  private final Journal journal;
  private final Charging charging;
  private final boolean failureDomainRequired;
  private final InstantSource clock;

  OperatorService(
      PairStore pairs,
      AgentDirectory directory,
      FleetStore fleet,
      HandOvers handOvers,
      Journal journal,
      Charging charging,
      boolean failureDomainRequired,
      InstantSource clock) {
    this.charging = charging;
    this.pairs = pairs;
    this.directory = directory;
    this.fleet = fleet;
    this.handOvers = handOvers;
    this.journal = journal;
    this.failureDomainRequired = failureDomainRequired;
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

  /** Takes a pair out of COLO until it is resumed; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> suspend(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    return order(pairId, pair -> ProtectionOrders.suspend(pair, operator, clock.instant()));
  }

  /** Protects a suspended pair again; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> resume(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    return order(pairId, pair -> ProtectionOrders.resume(pair, operator, clock.instant()));
  }

  /**
   * Gives the secondary another host; empty if there is no such pair.
   *
   * @param to the host, empty: the best one
   */
  public Optional<OperatorOrders.Result> moveSecondary(
      UUID pairId, Optional<String> to, String operator) throws DatabaseUnavailableException {
    Hosts hosts = hosts();
    return order(
        pairId,
        pair -> MoveOrders.move(pair, hosts, to, failureDomainRequired, operator, clock.instant()));
  }

  /** Lets the primary hand over to the secondary; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> switchOver(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    Hosts hosts = hosts();
    return order(
        pairId,
        pair -> SwitchOverOrders.switchOver(pair, hosts, operator, clock.instant()),
        this::handOver);
  }

  /** The same, and back again; empty if there is no such pair. */
  public Optional<OperatorOrders.Result> testFailover(UUID pairId, String operator)
      throws DatabaseUnavailableException {
    Hosts hosts = hosts();
    return order(
        pairId,
        pair -> SwitchOverOrders.testFailover(pair, hosts, operator, clock.instant()),
        this::handOver);
  }

  private Hosts hosts() throws DatabaseUnavailableException {
    return directory.hosts().with(fleet.read());
  }

  /** Empty: the pair has changed. */
  private Optional<OperatorOrders.Result> handOver(OperatorOrders.Result.Accepted accepted)
      throws DatabaseUnavailableException {
    HandOvers.Outcome outcome = handOvers.begin(accepted.transition());
    if (outcome instanceof HandOvers.Outcome.Refused refused) {
      return Optional.of(new OperatorOrders.Result.Refused(refused.reason()));
    }
    return outcome instanceof HandOvers.Outcome.Begun ? Optional.of(accepted) : Optional.empty();
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

  private Optional<OperatorOrders.Result> commit(OperatorOrders.Result.Accepted accepted)
      throws DatabaseUnavailableException {
    if (!pairs.commit(accepted.transition(), clock.instant())) {
      return Optional.empty();
    }
    journal.committed(accepted.transition());
    return Optional.of(accepted);
  }

  private Optional<OperatorOrders.Result> order(
      UUID pairId, Function<Pair, OperatorOrders.Result> decide)
      throws DatabaseUnavailableException {
    return order(pairId, decide, this::commit);
  }

  /** Carries an accepted order out; empty if the pair is not what it was decided on any more. */
  private interface Carrier {
    Optional<OperatorOrders.Result> carry(OperatorOrders.Result.Accepted accepted)
        throws DatabaseUnavailableException;
  }

  private Optional<OperatorOrders.Result> order(
      UUID pairId, Function<Pair, OperatorOrders.Result> decide, Carrier carrier)
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
      Optional<OperatorOrders.Result> carried = carrier.carry(accepted);
      if (carried.isPresent()) {
        return carried;
      }
    }
    return Optional.of(new OperatorOrders.Result.Refused("the pair keeps changing: try again"));
  }
}
