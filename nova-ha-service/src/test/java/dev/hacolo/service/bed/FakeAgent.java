package dev.hacolo.service.bed;

import dev.hacolo.common.api.ApiError;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.service.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An agent without VMs: real HTTPS with mutual TLS in both directions, sessions that go through
 * their phases at once unless a phase is held. Agents of one network find each other in it.
 */
public final class FakeAgent implements AutoCloseable {
  private static final long HEARTBEAT_MS = 100;

  private final Vertx vertx;
  private final TlsConfig tls;
  private final String host;
  private final Map<String, FakeAgent> network;
  private final Map<UUID, Session> sessions = new HashMap<>();
  private final Map<UUID, GuestDescription> guests = new HashMap<>();
  private final Set<SessionPhase> held = EnumSet.noneOf(SessionPhase.class);
  private final List<SessionOrder> orders = new ArrayList<>();
  private String failureDomain = "rack-1";
  private String qemuVersion = "7.2.22";
  private @Nullable String refusal;
  private UUID incarnation = UUID.randomUUID();
  private long sequence;
  private @Nullable HttpServer server;
  private @Nullable ServiceClient service;
  private int servicePort;
  private long timer = -1;
  private volatile ClaimDecision.@Nullable Verdict lastVerdict;
  private volatile @Nullable Consumer<SessionOrder> whenDetached;

  private static final class Session {
    SessionOrder order;
    SessionPhase phase = SessionPhase.PREPARING;
    int percent;
    boolean guestRunning;
    @Nullable GuestDescription guest;
    @Nullable String reason;

    Session(SessionOrder order) {
      this.order = order;
    }
  }

  /** Makes an agent that does not run yet. */
  public FakeAgent(
      Vertx vertx, TlsConfig tls, String host, ConcurrentHashMap<String, FakeAgent> network) {
    this.vertx = vertx;
    this.tls = tls;
    this.host = host;
    this.network = network;
    network.put(host, this);
  }

  /** Starts serving, and reporting to a service. */
  public synchronized void start(int servicePort) throws Exception {
    this.servicePort = servicePort;
    service = new ServiceClient(vertx, tls, servicePort);
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(tls.identity())
            .setTrustOptions(tls.trust())
            .setClientAuth(ClientAuth.REQUIRED);
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(this::serve)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    timer = vertx.setPeriodic(1, HEARTBEAT_MS, now -> report());
  }

  /** Dies: no report, no answer; what it knew stays on its disk. */
  public synchronized void kill() {
    vertx.cancelTimer(timer);
    if (server != null) {
      server.close();
      server = null;
    }
    if (service != null) {
      service.close();
      service = null;
    }
  }

  /** The whole host dies: its VMs are gone when it comes back. */
  public synchronized void loseHost() {
    kill();
    guests.clear();
    sessions.clear();
  }

  /** Comes back with a new incarnation. */
  public synchronized void restart(int port) throws Exception {
    incarnation = UUID.randomUUID();
    sequence = 0;
    start(port);
  }

  /** Talks to another service process from now on. */
  public synchronized void moveTo(int port) {
    servicePort = port;
    if (service != null) {
      service.close();
      service = new ServiceClient(vertx, tls, port);
    }
  }

  /** A guest that runs here. */
  public synchronized void addGuest(GuestDescription guest) {
    guests.put(guest.uuid(), guest);
  }

  /** The guest is gone. */
  public synchronized void removeGuest(UUID uuid) {
    guests.remove(uuid);
  }

  /** Sets the rack. */
  public synchronized FakeAgent inDomain(String domain) {
    failureDomain = domain;
    return this;
  }

  /** Sets the QEMU version. */
  public synchronized FakeAgent withQemu(String version) {
    qemuVersion = version;
    return this;
  }

  /** Sessions stop at this phase. */
  public synchronized void hold(SessionPhase phase) {
    held.add(phase);
  }

  /** Sessions go on. */
  public void release() {
    synchronized (this) {
      held.clear();
      sessions.values().forEach(this::advance);
    }
    report();
  }

  /** Orders are refused from now on, null: no longer. */
  public synchronized void refuse(@Nullable String reason) {
    refusal = reason;
  }

  /** The session of a pair fails or ends. */
  public void fail(UUID pairId, SessionPhase phase, String reason) {
    synchronized (this) {
      Session session = sessions.get(pairId);
      if (session != null) {
        session.phase = phase;
        session.reason = reason;
        session.guestRunning = false;
      }
    }
    report();
  }

  /** All orders that were taken or refused, in their order. */
  public synchronized List<SessionOrder> orders() {
    return List.copyOf(orders);
  }

  /** The session of a pair. */
  public synchronized Optional<SessionReport> session(UUID pairId) {
    return Optional.ofNullable(sessions.get(pairId)).map(s -> toReport(pairId, s));
  }

  /** Whether a VM of the instance runs its guest here. */
  public synchronized boolean runs(UUID instance) {
    return guests.containsKey(instance);
  }

  /** Claims at the service, and obeys. */
  public ClaimDecision claim(UUID pairId, long generation, UUID nonce, Claim.Kind kind)
      throws Exception {
    Claim claim = new Claim(pairId, generation, host, nonce, kind, "peer silent for 400 ms");
    ServiceClient.Answer answer =
        client().call("POST", "/agent/v1/claims", ApiJson.mapper().writeValueAsString(claim));
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.status() + " " + answer.body());
    }
    ClaimDecision decision = ApiJson.mapper().readValue(answer.body(), ClaimDecision.class);
    obey(decision);
    return decision;
  }

  /** The same without obeying; for claims that race. */
  public synchronized ServiceClient client() {
    if (service == null) {
      throw new IllegalStateException(host + " is dead");
    }
    return service;
  }

  /** Like a real secondary: claims as soon as its primary no longer replicates. */
  public void claimWhenPeerIsAbsent(FakeAgent primary) {
    primary.whenDetached =
        order -> {
          Claim claim =
              new Claim(
                  order.pairId(),
                  order.generation() - 1,
                  host,
                  UUID.randomUUID(),
                  Claim.Kind.PEER_LOST,
                  "the primary left");
          try {
            client()
                .send("POST", "/agent/v1/claims", ApiJson.mapper().writeValueAsString(claim))
                .onSuccess(this::claimed);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
  }

  private void claimed(ServiceClient.Answer answer) {
    try {
      ClaimDecision decision = ApiJson.mapper().readValue(answer.body(), ClaimDecision.class);
      lastVerdict = decision.verdict();
      obey(decision);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Verdict of the claim that {@link #claimWhenPeerIsAbsent} sent. */
  public ClaimDecision.@Nullable Verdict lastVerdict() {
    return lastVerdict;
  }

  private void obey(ClaimDecision decision) {
    SessionTarget target =
        switch (decision.verdict()) {
          case GO_SOLO -> SessionTarget.SOLO;
          case STAND_DOWN -> SessionTarget.STAND_DOWN;
          case WAIT -> null;
        };
    synchronized (this) {
      Session session = sessions.get(decision.pairId());
      if (target != null && session != null) {
        take(
            new SessionOrder(
                decision.pairId(),
                session.order.instanceUuid(),
                decision.generation(),
                target,
                null,
                null,
                null,
                null));
      }
    }
    report();
  }

  private void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              try {
                answer(request, body);
              } catch (IOException e) {
                request.response().setStatusCode(400).end();
              }
            });
  }

  private void answer(HttpServerRequest request, Buffer body) throws IOException {
    UUID pairId = UUID.fromString(request.path().substring("/v1/sessions/".length()));
    if (request.method().name().equals("GET")) {
      Optional<SessionReport> session = session(pairId);
      request.response().setStatusCode(session.isPresent() ? 200 : 404);
      request
          .response()
          .end(session.isPresent() ? ApiJson.mapper().writeValueAsString(session.get()) : "");
      return;
    }
    SessionOrder order = ApiJson.mapper().readValue(body.getBytes(), SessionOrder.class);
    String refused;
    synchronized (this) {
      orders.add(order);
      refused = refusal == null ? take(order) : refusal;
    }
    if (refused == null) {
      request.response().setStatusCode(202).end();
      report();
    } else {
      ApiError error = ApiError.of("req-1", "ha-colo.agent", 409, "Conflict", refused);
      request.response().setStatusCode(409).end(ApiJson.mapper().writeValueAsString(error));
    }
  }

  /** Returns why not, null if it was taken. */
  private synchronized @Nullable String take(SessionOrder order) {
    Session known = sessions.get(order.pairId());
    if (known != null && known.order.generation() > order.generation()) {
      return "generation %d is over".formatted(order.generation());
    }
    if (known != null
        && known.order.target() == order.target()
        && known.order.generation() == order.generation()
        && known.phase != SessionPhase.FAILED) {
      return null;
    }
    Session session = known == null ? new Session(order) : known;
    Consumer<SessionOrder> detached = whenDetached;
    if (session.phase == SessionPhase.PROTECTED && detached != null) {
      whenDetached = null;
      detached.accept(order);
    }
    SessionTarget before = session.order.target();
    session.order = order;
    sessions.put(order.pairId(), session);
    switch (order.target()) {
      case SECONDARY -> {
        session.guest = order.guest();
        session.phase = SessionPhase.PREPARING;
        advance(session);
      }
      case PRIMARY -> {
        session.guest = guests.get(order.instanceUuid());
        session.phase = SessionPhase.MIRRORING;
        session.percent = 50;
        session.guestRunning = session.guest != null;
        advance(session);
      }
      case SOLO -> {
        GuestDescription guest =
            session.guest == null ? guests.get(order.instanceUuid()) : session.guest;
        session.phase = guest == null ? SessionPhase.GONE : SessionPhase.SOLO;
        session.guestRunning = guest != null;
        if (guest != null) {
          guests.put(order.instanceUuid(), guest);
        }
      }
      case STAND_DOWN -> {
        guests.remove(order.instanceUuid());
        session.guestRunning = false;
        session.phase = SessionPhase.GONE;
      }
      case ABSENT -> {
        if (before == SessionTarget.STAND_DOWN) {
          guests.remove(order.instanceUuid());
        }
        sessions.remove(order.pairId());
      }
    }
    return null;
  }

  private synchronized void advance(Session session) {
    if (session.order.target() == SessionTarget.SECONDARY
        && session.phase == SessionPhase.PREPARING
        && !held.contains(SessionPhase.PREPARING)) {
      session.phase = SessionPhase.READY;
    }
    if (session.order.target() == SessionTarget.PRIMARY
        && session.phase == SessionPhase.MIRRORING
        && !held.contains(SessionPhase.MIRRORING)
        && session.order.peer() != null) {
      FakeAgent peer = network.get(session.order.peer().host());
      UUID pairId = session.order.pairId();
      vertx.runOnContext(
          now -> {
            if (peer != null && peer.protect(pairId, session.order.generation())) {
              protect(pairId, session.order.generation());
            }
          });
    }
  }

  private boolean protect(UUID pairId, long generation) {
    synchronized (this) {
      Session session = sessions.get(pairId);
      if (server == null
          || session == null
          || session.order.generation() != generation
          || !session.phase.isSyncing()) {
        return false;
      }
      session.phase = SessionPhase.PROTECTED;
      session.percent = 100;
    }
    report();
    return true;
  }

  private void report() {
    HostReport report;
    ServiceClient to;
    synchronized (this) {
      if (server == null || service == null) {
        return;
      }
      to = service;
      report = hostReport(server.actualPort());
    }
    try {
      to.send("PUT", "/agent/v1/hosts/" + host, ApiJson.mapper().writeValueAsString(report));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private HostReport hostReport(int port) {
    List<SessionReport> reports = new ArrayList<>();
    sessions.forEach((pairId, session) -> reports.add(toReport(pairId, session)));
    return new HostReport(
        host,
        incarnation,
        sequence++,
        "test",
        HostReport.PROTOCOL,
        "https://127.0.0.1:" + port,
        "127.0.0.1",
        9600,
        new HostReport.Capabilities(qemuVersion, "tcg", "Test CPU"),
        new HostReport.Capacity(8, 8 << 20, 100L << 30),
        failureDomain,
        List.of(),
        guests.values().stream().map(guest -> new HostReport.Guest(guest, true)).toList(),
        reports);
  }

  private SessionReport toReport(UUID pairId, Session session) {
    boolean listening =
        session.order.target() == SessionTarget.SECONDARY
            && session.phase != SessionPhase.PREPARING;
    return new SessionReport(
        pairId,
        session.order.instanceUuid(),
        session.order.generation(),
        session.order.target(),
        session.phase,
        session.percent,
        session.percent,
        session.phase == SessionPhase.PROTECTED ? 1 : 0,
        session.guestRunning,
        listening
            ? new SecondaryEndpoints(
                "127.0.0.1",
                9601,
                9602,
                List.of(new SecondaryEndpoints.NicPorts("net0", 9603, 9604)))
            : null,
        session.reason);
  }

  /** Port of the service that it reports to. */
  public int servicePort() {
    return servicePort;
  }

  @Override
  public void close() {
    kill();
  }
}
