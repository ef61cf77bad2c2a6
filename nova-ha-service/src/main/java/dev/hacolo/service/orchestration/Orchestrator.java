package dev.hacolo.service.orchestration;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.domain.Action;
import dev.hacolo.service.domain.Decision;
import dev.hacolo.service.domain.HostView;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Level-triggered: every tick, and at once when something is told, looks at what shall be and what
 * is, and gives work to the pairs that need it. Nothing is lost when it is killed. Passes of one
 * pair never overlap; as many pairs as there are workers go on at a time.
 */
public final class Orchestrator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Orchestrator.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final int WORKERS = 8;
  private static final int QUEUE = 10_000;

  private enum Slot {
    RUNNING,
    AGAIN
  }

  private final PairStore pairs;
  private final AgentDirectory directory;
  private final FleetView fleet;
  private final PairPass pass;
  private final ServiceMetrics metrics;
  private final Thread ticker = new Thread(this::tickForever, "orchestrator");
  private final Semaphore bell = new Semaphore(0);
  private final ConcurrentHashMap<UUID, Slot> slots = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor workers;
  private final BooleanSupplier leads;
  private volatile boolean closed;
  private volatile long lastTick = System.nanoTime();
  private boolean databaseAway;

  /**
   * Does nothing yet.
   *
   * @param leads whether this replica is the one that moves pairs now
   */
  Orchestrator(
      PairStore pairs,
      AgentDirectory directory,
      FleetView fleet,
      PairPass pass,
      ServiceMetrics metrics,
      BooleanSupplier leads) {
    this.pairs = pairs;
    this.leads = leads;
    this.directory = directory;
    this.fleet = fleet;
    this.pass = pass;
    this.metrics = metrics;
    workers = Workers.pool("pair-worker", WORKERS, QUEUE);
  }

  /** Starts ticking. */
  public void start() {
    ticker.start();
  }

  /** Time since the last tick ended: large when something is stuck. */
  public Duration sinceLastTick() {
    return Duration.ofNanos(System.nanoTime() - lastTick);
  }

  /** Something about all pairs may have changed. Never blocks. */
  public void wakeAll() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  /**
   * Something about a pair may have changed; a replica that leads does what follows. Never blocks.
   */
  public void wake(UUID pairId) {
    if (!leads.getAsBoolean()) {
      return;
    }
    Slot now = slots.compute(pairId, (id, before) -> before == null ? Slot.RUNNING : Slot.AGAIN);
    if (now == Slot.RUNNING) {
      submit(pairId);
    }
  }

  private void submit(UUID pairId) {
    try {
      workers.execute(() -> work(pairId));
    } catch (RejectedExecutionException e) {
      // The next tick finds it again.
      slots.remove(pairId);
    }
  }

  private void work(UUID pairId) {
    try {
      pass.run(pairId);
    } catch (DatabaseUnavailableException e) {
      log.debug("pass of pair {} put off: {}", pairId, e.getMessage());
    } catch (RuntimeException e) {
      log.error("pass of pair {} failed", pairId, e);
    }
    Slot left =
        slots.compute(pairId, (id, now) -> now == Slot.AGAIN && !closed ? Slot.RUNNING : null);
    if (left == Slot.RUNNING) {
      submit(pairId);
    }
  }

  private void tickForever() {
    while (!closed) {
      try {
        tick();
        databaseAway = false;
      } catch (DatabaseUnavailableException e) {
        if (!databaseAway) {
          log.warn("orchestration waits for the database: {}", e.getMessage());
        }
        databaseAway = true;
      } catch (RuntimeException e) {
        log.error("tick failed", e);
      }
      lastTick = System.nanoTime();
      try {
        if (bell.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void tick() throws DatabaseUnavailableException {
    fleet.refresh();
    List<PairStore.Stored> live = pairs.live();
    Set<UUID> ids = new HashSet<>();
    for (PairStore.Stored stored : live) {
      ids.add(stored.pair().id());
      Decision decision = pass.decide(stored);
      if (!decision.orders().isEmpty() || !(decision.action() instanceof Action.Rest)) {
        wake(stored.pair().id());
      }
    }
    wakeLeftovers(ids);
    pass.keepOnly(ids);
    count(live);
  }

  /** Sessions of pairs that were released while their host was away. */
  private void wakeLeftovers(Set<UUID> live) {
    Collection<HostView> hosts = directory.hosts().byName().values();
    hosts.stream()
        .filter(HostView::alive)
        .flatMap(view -> view.report().sessions().stream())
        .map(session -> session.pairId())
        .filter(id -> !live.contains(id))
        .distinct()
        .forEach(this::wake);
    metrics.hostsAlive(hosts.stream().filter(HostView::alive).count());
  }

  private void count(List<PairStore.Stored> live) {
    Map<PairState, Long> counts = new EnumMap<>(PairState.class);
    live.forEach(stored -> counts.merge(stored.pair().state(), 1L, Long::sum));
    for (PairState state : PairState.values()) {
      if (state != PairState.RELEASED) {
        metrics.pairs(state.name(), counts.getOrDefault(state, 0L));
      }
    }
  }

  /** Stops ticking and gives running passes a few seconds to end. */
  @Override
  public void close() {
    closed = true;
    bell.release();
    Workers.end(workers, ticker);
  }
}
