package dev.hacolo.service.orchestration;

import dev.hacolo.service.agent.AgentDirectory;
import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.ComputeHost;
import dev.hacolo.service.domain.Hosts;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.ServerComparison;
import dev.hacolo.service.domain.Transition;
import dev.hacolo.service.metrics.ServiceMetrics;
import dev.hacolo.service.store.DatabaseUnavailableException;
import dev.hacolo.service.store.PairStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares Nova with the pair table: all servers every interval, single ones when a notification
 * hints at them, compute services every few seconds. Notifications may be lost; this may not. Of
 * several replicas the leader compares all.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration COMPUTE_EVERY = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int MAX_HINTS = 10_000;

  private final Cloud cloud;
  private final PairStore pairs;
  private final AgentDirectory directory;
  private final Orchestrator orchestrator;
  private final Journal journal;
  private final ServiceMetrics metrics;
  private final InstantSource clock;
  private final Duration interval;
  private final BooleanSupplier leads;
  private final Semaphore bell = new Semaphore(0);
  private final Set<UUID> hints = new LinkedHashSet<>();
  private final Thread thread = new Thread(this::runForever, "reconciler");
  private volatile boolean closed;
  private volatile long nextCompute = System.nanoTime();
  private volatile long nextAll = nextCompute;
  private String lastFault = "";

  Reconciler(
      Cloud cloud,
      PairStore pairs,
      AgentDirectory directory,
      Orchestrator orchestrator,
      Journal journal,
      ServiceMetrics metrics,
      InstantSource clock,
      Duration interval,
      BooleanSupplier leads) {
    this.cloud = cloud;
    this.pairs = pairs;
    this.directory = directory;
    this.orchestrator = orchestrator;
    this.journal = journal;
    this.metrics = metrics;
    this.clock = clock;
    this.interval = interval;
    this.leads = leads;
  }

  /** Starts with a full comparison. */
  public void start() {
    thread.start();
  }

  /** A server may have changed. Never blocks. */
  public void hint(UUID instanceUuid) {
    synchronized (hints) {
      if (hints.size() < MAX_HINTS) {
        hints.add(instanceUuid);
      } else {
        nextAll = System.nanoTime();
      }
    }
    ring();
  }

  /** A compute service may have changed. Never blocks. */
  public void hintCompute() {
    nextCompute = System.nanoTime();
    ring();
  }

  /** What failed lately may succeed now. Never blocks. */
  public void wake() {
    nextAll = System.nanoTime();
    ring();
  }

  private void ring() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  private void runForever() {
    while (!closed) {
      boolean good = round();
      try {
        long wait = good ? untilNext() : RETRY.toNanos();
        if (bell.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private long untilNext() {
    long now = System.nanoTime();
    return Math.max(0, Math.min(nextCompute - now, nextAll - now));
  }

  /** Does what is due; returns whether all of it succeeded. */
  private boolean round() {
    try {
      if (System.nanoTime() - nextCompute >= 0) {
        nextCompute = System.nanoTime() + COMPUTE_EVERY.toNanos();
        refreshCompute();
      }
      for (UUID hint = nextHint(); hint != null; hint = nextHint()) {
        compare(hint);
      }
      if (System.nanoTime() - nextAll >= 0) {
        if (leads.getAsBoolean()) {
          compareAll();
        }
        nextAll = System.nanoTime() + interval.toNanos();
      }
      metrics.cloudUp(true);
      fault("");
      return true;
    } catch (CloudException e) {
      metrics.cloudUp(false);
      fault("OpenStack: " + e.getMessage());
    } catch (DatabaseUnavailableException e) {
      fault("database: " + e.getMessage());
    } catch (RuntimeException e) {
      log.error("comparing servers with pairs failed", e);
    }
    // What was not done is covered by the full comparison.
    nextAll = System.nanoTime();
    return false;
  }

  private void fault(String fault) {
    if (!fault.equals(lastFault) && !fault.isEmpty()) {
      log.warn("comparing servers with pairs has to wait: {}", fault);
    }
    lastFault = fault;
  }

  private @Nullable UUID nextHint() {
    synchronized (hints) {
      Iterator<UUID> first = hints.iterator();
      if (closed || !first.hasNext()) {
        return null;
      }
      UUID hint = first.next();
      first.remove();
      return hint;
    }
  }

  private void refreshCompute() throws CloudException {
    Map<String, Hosts.ComputeStatus> services = new HashMap<>();
    for (ComputeHost host : cloud.computeHosts()) {
      services.put(host.name(), new Hosts.ComputeStatus(host.up(), host.enabled()));
    }
    if (!Optional.of(services).equals(directory.hosts().compute())) {
      directory.compute(services);
      orchestrator.wakeAll();
    }
  }

  private void compareAll() throws CloudException, DatabaseUnavailableException {
    Map<UUID, Pair> live = new HashMap<>();
    pairs.live().forEach(stored -> live.put(stored.pair().instance().uuid(), stored.pair()));
    for (CloudServer server : cloud.protectedServers()) {
      Pair pair = live.remove(server.uuid());
      Optional<Pair> latest = pair == null ? pairs.latestOf(server.uuid()) : Optional.of(pair);
      described(latest, server);
    }
    for (UUID missing : List.copyOf(live.keySet())) {
      compare(missing);
    }
  }

  private void compare(UUID uuid) throws CloudException, DatabaseUnavailableException {
    // The pair is read first: what Nova says afterwards is the newer of the two.
    Optional<Pair> latest = pairs.latestOf(uuid);
    Optional<CloudServer> server = cloud.server(uuid);
    if (server.isPresent()) {
      described(latest, server.get());
      return;
    }
    Optional<Transition> gone =
        latest
            .filter(pair -> pair.state() != PairState.RELEASED)
            .flatMap(
                pair ->
                    ServerComparison.gone(
                        pair, "Nova has no such server", Map.of(), clock.instant()));
    if (gone.isPresent()) {
      commit(gone.get());
    }
  }

  private void described(Optional<Pair> latest, CloudServer server)
      throws DatabaseUnavailableException {
    Optional<Transition> change =
        ServerComparison.described(
            UUID.randomUUID(),
            latest,
            Servers.instance(server),
            "comparison with Nova",
            Map.of(),
            true,
            clock.instant());
    if (change.isPresent()) {
      commit(change.get());
    }
  }

  private void commit(Transition transition) throws DatabaseUnavailableException {
    if (pairs.commit(transition, clock.instant())) {
      journal.committed(transition);
    } else {
      // Somebody else was quicker: look again.
      hint(transition.after().instance().uuid());
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
