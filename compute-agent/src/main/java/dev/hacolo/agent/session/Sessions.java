package dev.hacolo.agent.session;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.SessionMachine;
import dev.hacolo.agent.domain.SessionState;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.guard.BootClock;
import dev.hacolo.agent.guard.OutputGuard;
import dev.hacolo.agent.metrics.AgentMetrics;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.peer.PeerEndpoint;
import dev.hacolo.agent.peer.PeerLink;
import dev.hacolo.agent.proxy.Knowledge;
import dev.hacolo.agent.proxy.PacketLinkTls;
import dev.hacolo.agent.proxy.PacketLoops;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions of this host, by pair. Event-loop confined. */
public final class Sessions implements PeerEndpoint.Acceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  private static final int MAX_SESSIONS = 1024;

  private final Map<UUID, Session> sessions = new HashMap<>();
  private final Vertx vertx;
  private final SessionStore store;
  private final AgentMetrics metrics;
  private final PacketLoops loops;
  private final Workshop.Tools tools;
  private final Session.Surroundings surroundings;
  private Runnable changed = () -> {};

  /**
   * Starts empty.
   *
   * @param knowledge for pre-release
   * @param vcpus confines secondaries' vCPUs; started before the first order comes
   * @param module counts what primaries write
   * @param guard closes primaries' taps when their lease is over
   * @param peers the endpoint that opens peer links; it exists when the first order comes
   */
  public Sessions(
      Vertx vertx,
      AgentConfig config,
      GuestDriver driver,
      Arbiter arbiter,
      AgentMetrics metrics,
      Knowledge knowledge,
      VcpuAllocator vcpus,
      ColoModule module,
      OutputGuard guard,
      Supplier<PeerEndpoint> peers) {
    this.vertx = vertx;
    this.store = new SessionStore(config.paths().state());
    this.metrics = metrics;
    this.loops = PacketLoops.ofHost();
    PortPool ports =
        new PortPool(
            vertx,
            config.host().address(),
            config.network().firstPort(),
            config.network().lastPort());
    this.tools =
        new Workshop.Tools(
            new Plans(driver, config),
            peers,
            ports,
            metrics::checkpointPause,
            metrics.checkpoints(),
            new PacketSide.Surroundings(
                vertx.getOrCreateContext(),
                loops,
                new PacketLinkTls(config.tls()),
                metrics.packets(),
                knowledge,
                instance -> new ModulePages(vertx, module, vcpus, instance)),
            vcpus,
            new SessionLease.Host(
                vertx, guard, new BootClock(), config.lease().terms(), metrics.leases()));
    this.surroundings = new HostSurroundings(config.host().name(), new Claims(vertx, arbiter));
    metrics.sessions(this::count);
  }

  private double count(SessionPhase phase) {
    // Read from the metrics thread: a copy made here may be a moment old, never broken.
    return List.copyOf(sessions.values()).stream().filter(s -> s.state().phase() == phase).count();
  }

  /** Calls {@code listener} whenever a session's report changes. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** Takes up what an earlier run of this agent left behind. */
  public Future<Void> recover() {
    return vertx
        .executeBlocking(store::load)
        .onSuccess(all -> all.forEach(this::recover))
        .compose(all -> vertx.executeBlocking(() -> liftForgotten(all)))
        .mapEmpty();
  }

  /** On a worker: taps that an earlier agent guarded for a session of which nothing is known. */
  private boolean liftForgotten(List<SessionStore.Kept> kept) {
    OutputGuard guard = tools.leases().guard();
    for (UUID instance : guard.armed()) {
      if (kept.stream().noneMatch(k -> k.order().instanceUuid().equals(instance))) {
        LOG.info("instance {}: a guard of its taps that nobody needs is taken away", instance);
        guard.lift(instance);
      }
    }
    return true;
  }

  private void recover(SessionStore.Kept kept) {
    SessionMachine.Step first = SessionMachine.recovered(kept.order(), kept.side());
    Session session = new Session(surroundings, first.state(), tools);
    sessions.put(first.state().pairId(), session);
    session.recover(first);
  }

  /** Takes an order; a refused one changes nothing and is answered with one sentence. */
  public Optional<String> order(SessionOrder order) {
    Optional<String> refusal =
        tools.plans().refusal(order.policyOrDefault()).or(() -> sessionFor(order));
    if (refusal.isEmpty()) {
      Session session = sessions.get(order.pairId());
      refusal = session == null ? Optional.empty() : session.order(order);
    }
    metrics.order(order.target().name(), refusal.isEmpty());
    return refusal;
  }

  /** Whether there is a session of a pair. */
  public boolean has(UUID pairId) {
    return sessions.containsKey(pairId);
  }

  /** Hands the primary's role over; a refusal changes nothing and is answered with one sentence. */
  public Optional<String> handOver(UUID pairId, long generation) {
    Session session = sessions.get(pairId);
    return session == null
        ? Optional.of("this host has no session of pair " + pairId)
        : session.handOver(generation);
  }

  /** Makes the session that an order needs, unless something speaks against it. */
  private Optional<String> sessionFor(SessionOrder order) {
    if (sessions.containsKey(order.pairId()) || order.target() == SessionTarget.ABSENT) {
      return Optional.empty();
    }
    for (Session other : sessions.values()) {
      if (other.state().instanceUuid().equals(order.instanceUuid())) {
        return Optional.of(
            "instance %s belongs to pair %s here"
                .formatted(order.instanceUuid(), other.state().pairId()));
      }
    }
    if (sessions.size() >= MAX_SESSIONS) {
      return Optional.of("this host has %d sessions, the most allowed".formatted(MAX_SESSIONS));
    }
    sessions.put(order.pairId(), new Session(surroundings, SessionMachine.initial(order), tools));
    return Optional.empty();
  }

  /** Reports of all sessions, from what is known. */
  public List<SessionReport> reports() {
    return sessions.values().stream().map(Session::report).toList();
  }

  /** Report of one session after asking its QEMU, or empty if there is none. */
  public Optional<Future<SessionReport>> liveReport(UUID pairId) {
    return Optional.ofNullable(sessions.get(pairId)).map(Session::liveReport);
  }

  /** The packet path's event loops. */
  public List<Executor> packetLoops() {
    return loops.executors();
  }

  /** Ends the packet path's threads. */
  public void close() {
    loops.close();
  }

  @Override
  public @Nullable String refusal(String peerHost, UUID pairId, long generation) {
    Session session = sessions.get(pairId);
    return session == null
        ? "this host has no session of pair " + pairId
        : session.linkRefusal(peerHost, generation);
  }

  @Override
  public void accepted(UUID pairId, PeerLink link) {
    Session session = sessions.get(pairId);
    if (session == null) {
      link.close("the session is over");
    } else {
      session.linked(link);
    }
  }

  private interface FileStep {
    void run() throws IOException;
  }

  /** What each session sees of this host. */
  private final class HostSurroundings implements Session.Surroundings {
    private final String host;
    private final Claims claims;

    HostSurroundings(String host, Claims claims) {
      this.host = host;
      this.claims = claims;
    }

    @Override
    public String host() {
      return host;
    }

    @Override
    public Claims claims() {
      return claims;
    }

    @Override
    public Future<Void> changed(SessionState before, SessionState after) {
      boolean keep =
          before.side() != after.side()
              || before.generation() != after.generation()
              || !before.order().equals(after.order());
      boolean worthABeat =
          keep
              || before.phase() != after.phase()
              || before.ramPercent() != after.ramPercent()
              || before.diskPercent() != after.diskPercent();
      if (worthABeat) {
        changed.run();
      }
      return keep ? save(after) : Future.succeededFuture();
    }

    /** Saves are done in the order in which they are asked for; the guest goes before the file. */
    private Future<Void> save(SessionState state) {
      return blocking(() -> store.save(state))
          .onFailure(
              e ->
                  LOG.error(
                      "pair {}: its session cannot be kept on disk: {}",
                      state.pairId(),
                      e.toString()))
          .otherwiseEmpty();
    }

    @Override
    public void forget(UUID pairId) {
      sessions.remove(pairId);
      blocking(() -> store.remove(pairId))
          .onFailure(e -> LOG.error("pair {}: its session file stays: {}", pairId, e.toString()));
      changed.run();
    }

    private Future<Void> blocking(FileStep step) {
      return vertx
          .executeBlocking(
              () -> {
                step.run();
                return true;
              },
              true)
          .mapEmpty();
    }
  }
}
