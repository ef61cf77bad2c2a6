package dev.hacolo.service.orchestration;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.Reservation;
import dev.hacolo.service.domain.Action;
import dev.hacolo.service.domain.Decision;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairDecision;
import dev.hacolo.service.domain.ServerComparison;
import dev.hacolo.service.domain.Situation;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.domain.Transitions;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one pair as far as it can go now: read, decide, act, until there is only waiting left.
 * Blocks; the orchestrator runs at most one pass of a pair at a time.
 */
final class PairPass {
  private static final Logger log = LoggerFactory.getLogger(PairPass.class);
  private static final int MAX_STEPS = 12;
  private static final int CLOUD_CALLS = 4;
  private static final Duration VERIFY_EVERY = Duration.ofSeconds(2);

  private final PairStore pairs;
  private final Cloud cloud;
  private final AgentDirectory directory;
  private final OrderSender sender;
  private final StallTracker stalls;
  private final HandOvers handOvers;
  private final FleetView fleet;
  private final Journal journal;
  private final Situation.Settings settings;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  // The cloud may be slow: it must not take all workers from pairs that only need agents.
  private final Semaphore cloudCalls = new Semaphore(CLOUD_CALLS);
  private final ConcurrentHashMap<UUID, Long> verified = new ConcurrentHashMap<>();

  PairPass(
      PairStore pairs,
      Cloud cloud,
      AgentDirectory directory,
      OrderSender sender,
      StallTracker stalls,
      HandOvers handOvers,
      FleetView fleet,
      Journal journal,
      Situation.Settings settings,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.pairs = pairs;
    this.cloud = cloud;
    this.directory = directory;
    this.sender = sender;
    this.stalls = stalls;
    this.handOvers = handOvers;
    this.fleet = fleet;
    this.journal = journal;
    this.settings = settings;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Decides without acting. */
  Decision decide(PairStore.Stored stored) throws DatabaseUnavailableException {
    Pair pair = stored.pair();
    Hosts hosts = directory.hosts().with(fleet.get());
    return PairDecision.decide(
        new Situation(
            pair,
            hosts,
            stored.cloudWork(),
            sender.refusals(pair.id(), pair.generation()),
            stalls.stalled(pair, hosts),
            settings,
            clock.instant()));
  }

  void run(UUID id) throws DatabaseUnavailableException {
    for (int step = 0; step < MAX_STEPS; step++) {
      Optional<PairStore.Stored> stored = pairs.find(id);
      if (stored.isEmpty()) {
        log.debug("agents report a pair {} that the database does not know", id);
        return;
      }
      Decision decision = decide(stored.get());
      decision.orders().forEach(sender::send);
      if (!act(stored.get().pair(), decision.action())) {
        return;
      }
    }
  }

  /** Returns whether there may be more to do at once. */
  private boolean act(Pair pair, Action action) throws DatabaseUnavailableException {
    if (action instanceof Action.Apply apply) {
      commit(apply.transition());
      return true;
    }
    if (action instanceof Action.Rest || !cloudCalls.tryAcquire()) {
      return false;
    }
    try {
      if (action instanceof Action.HandOver handOver) {
        handOver(handOver);
        return false;
      }
      return action instanceof Action.PrepareSecondary prepare
          ? prepare(pair, prepare)
          : action instanceof Action.VerifyServer verify && verify(pair, verify);
    } finally {
      cloudCalls.release();
    }
  }

  private void commit(Transition transition) throws DatabaseUnavailableException {
    if (pairs.commit(transition, clock.instant())) {
      journal.committed(transition);
    } else if (transition.asksMoreOfHosts()) {
      fleet.refresh();
    }
  }

  private void handOver(Action.HandOver action) throws DatabaseUnavailableException {
    if (handOvers.begin(action.ordered()) instanceof HandOvers.Outcome.Changed) {
      fleet.refresh();
    }
  }

  private boolean prepare(Pair pair, Action.PrepareSecondary action)
      throws DatabaseUnavailableException {
    Transition outcome;
    try {
      cloud.reserve(reservation(pair, action));
      cloud.bindPorts(pair.instance().uuid(), action.host());
      outcome = Transitions.resourcesReady(pair, clock.instant());
    } catch (CloudException e) {
      String reason = "resources on %s: %s".formatted(action.host(), e.getMessage());
      outcome = Transitions.abandoned(pair, reason, settings.retry(), clock.instant());
    } catch (RuntimeException e) {
      log.error("preparing {} for pair {} failed", action.host(), pair.id(), e);
      String reason = "resources on %s: unexpected fault, see the log".formatted(action.host());
      outcome = Transitions.abandoned(pair, reason, settings.retry(), clock.instant());
    }
    commit(outcome);
    return true;
  }

  private static Reservation reservation(Pair pair, Action.PrepareSecondary action) {
    UUID consumer =
        pair.reservation()
            .orElseThrow(() -> new IllegalStateException("a pair in PAIRING has a consumer"));
    return Charging.reservation(pair, consumer, action.host(), action.secondaryVcpus());
  }

  private boolean verify(Pair pair, Action.VerifyServer action)
      throws DatabaseUnavailableException {
    long now = nanoTime.getAsLong();
    Long last = verified.get(pair.id());
    if (last != null && now - last < VERIFY_EVERY.toNanos()) {
      return false;
    }
    verified.put(pair.id(), now);
    String reason = action.reason();
    try {
      Optional<CloudServer> server = cloud.server(pair.instance().uuid());
      if (server.isEmpty()) {
        Optional<Transition> gone =
            ServerComparison.gone(
                pair, reason + ", and Nova has no such server", Map.of(), clock.instant());
        if (gone.isPresent()) {
          commit(gone.get());
        }
        return gone.isPresent();
      }
    } catch (CloudException e) {
      reason = "%s; Nova could not be asked: %s".formatted(reason, e.getMessage());
    }
    if (!pair.reason().equals(reason)) {
      commit(Transitions.noted(pair, reason, Optional.empty(), clock.instant()));
    }
    return false;
  }

  void keepOnly(Set<UUID> live) {
    verified.keySet().retainAll(live);
    stalls.keepOnly(live);
    sender.forgetOld();
  }
}
