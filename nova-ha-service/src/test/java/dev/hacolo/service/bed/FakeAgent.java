package dev.hacolo.service.bed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.common.api.ApiError;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  private final FakeSessions sessions = new FakeSessions(this::replicate);
  private final List<SessionOrder> orders = new ArrayList<>();
  private String failureDomain = "rack-1";
  private String qemuVersion = "7.2.22";
  private @Nullable String refusal;
  private @Nullable String handOverRefusal;
  private boolean handsOver = true;
  private final List<Long> handOvers = new ArrayList<>();
  private UUID incarnation = UUID.randomUUID();
  private long sequence;
  private @Nullable HttpServer server;
  private final List<ServiceClient> services = new ArrayList<>();
  private int servicePort;
  private long timer = -1;
  private volatile ClaimDecision.@Nullable Verdict lastVerdict;

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
    services.add(new ServiceClient(vertx, tls, servicePort));
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
    services.forEach(ServiceClient::close);
    services.clear();
  }

  /** The whole host dies: its VMs are gone when it comes back. */
  public synchronized void loseHost() {
    kill();
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
    if (!services.isEmpty()) {
      services.forEach(ServiceClient::close);
      services.clear();
      services.add(new ServiceClient(vertx, tls, port));
    }
  }

  /** Reports to one more replica of the service; claims go on to the first. */
  public synchronized void alsoReportTo(int port) {
    services.add(new ServiceClient(vertx, tls, port));
  }

  /** Its VMs and sessions. */
  public FakeSessions sessions() {
    return sessions;
  }

  /** A guest that runs here. */
  public void addGuest(GuestDescription guest) {
    sessions.addGuest(guest);
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
  public void hold(SessionPhase phase) {
    sessions.hold(phase);
  }

  /** Sessions go on. */
  public void release() {
    sessions.release();
    report();
  }

  /** Orders are refused from now on, null: no longer. */
  public synchronized void refuse(@Nullable String reason) {
    refusal = reason;
  }

  /** It refuses to hand over from now on, null: no longer. */
  public synchronized void refuseHandOver(@Nullable String reason) {
    handOverRefusal = reason;
  }

  /** It accepts to hand over, and then does nothing. */
  public synchronized void stallHandOvers() {
    handsOver = false;
  }

  /** Generations in which it was asked to hand over. */
  public synchronized List<Long> handOvers() {
    return List.copyOf(handOvers);
  }

  /** The session of a pair fails or ends. */
  public void fail(UUID pairId, SessionPhase phase, String reason) {
    sessions.fail(pairId, phase, reason);
    report();
  }

  /** All orders that were taken or refused, in their order. */
  public synchronized List<SessionOrder> orders() {
    return List.copyOf(orders);
  }

  /** The session of a pair. */
  public Optional<SessionReport> session(UUID pairId) {
    return sessions.report(pairId);
  }

  /** Whether a VM of the instance runs its guest here. */
  public boolean runs(UUID instance) {
    return sessions.runs(instance);
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
    if (services.isEmpty()) {
      throw new IllegalStateException(host + " is dead");
    }
    return services.get(0);
  }

  /** Like a real secondary: claims as soon as its primary no longer replicates. */
  public void claimWhenPeerIsAbsent(FakeAgent primary) {
    primary.sessions.whenDetached(
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
        });
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
    Optional<SessionReport> session = sessions.report(decision.pairId());
    if (target != null && session.isPresent()) {
      sessions.take(
          new SessionOrder(
              decision.pairId(),
              session.get().instanceUuid(),
              decision.generation(),
              target,
              null,
              null,
              null,
              null));
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
    String[] path = request.path().substring("/v1/sessions/".length()).split("/", 2);
    UUID pairId = UUID.fromString(path[0]);
    if (path.length == 2 && path[1].equals("hand-over")) {
      handOver(request, pairId, ApiJson.mapper().readTree(body.getBytes()));
      return;
    }
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
      refused = refusal == null ? sessions.take(order) : refusal;
    }
    if (refused == null) {
      request.response().setStatusCode(202).end();
      report();
    } else {
      conflict(request, refused);
    }
  }

  private static void conflict(HttpServerRequest request, String reason) throws IOException {
    ApiError error = ApiError.of("req-1", "ha-colo.agent", 409, "Conflict", reason);
    request.response().setStatusCode(409).end(ApiJson.mapper().writeValueAsString(error));
  }

  /** Like a real primary: the guest stops, then it gives its copy up. */
  private void handOver(HttpServerRequest request, UUID pairId, JsonNode body) throws IOException {
    long generation = body.path("generation").asLong();
    String refused;
    boolean goes;
    synchronized (this) {
      handOvers.add(generation);
      refused =
          handOverRefusal == null ? sessions.mayHandOver(pairId, generation) : handOverRefusal;
      goes = handsOver;
    }
    if (refused != null) {
      conflict(request, refused);
      return;
    }
    request.response().setStatusCode(202).end();
    if (goes) {
      sessions.stop(pairId);
      Claim claim =
          new Claim(
              pairId, generation, host, UUID.randomUUID(), Claim.Kind.RENOUNCE, "it hands over");
      client()
          .send("POST", "/agent/v1/claims", ApiJson.mapper().writeValueAsString(claim))
          .onSuccess(this::claimed);
    }
  }

  /** The copy is made when both ends are still in the generation. */
  private void replicate(SessionOrder order) {
    FakeAgent peer = order.peer() == null ? null : network.get(order.peer().host());
    vertx.runOnContext(
        now -> {
          if (peer != null && peer.protect(order) && protect(order)) {
            report();
          }
        });
  }

  private boolean protect(SessionOrder order) {
    synchronized (this) {
      if (server == null) {
        return false;
      }
    }
    boolean done = sessions.protect(order.pairId(), order.generation());
    report();
    return done;
  }

  private void report() {
    HostReport report;
    List<ServiceClient> to;
    synchronized (this) {
      if (server == null || services.isEmpty()) {
        return;
      }
      to = List.copyOf(services);
      report = hostReport(server.actualPort());
    }
    try {
      String body = ApiJson.mapper().writeValueAsString(report);
      to.forEach(replica -> replica.send("PUT", "/agent/v1/hosts/" + host, body));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private HostReport hostReport(int port) {
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
        sessions.guests(),
        sessions.reports());
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
