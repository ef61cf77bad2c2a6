package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.guard.BootClock;
import dev.hacolo.agent.metrics.AgentMetrics;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.peer.PeerEndpoint;
import dev.hacolo.agent.testing.AgentConfigs;
import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.FakeGuard;
import dev.hacolo.agent.testing.NoKnowledge;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.identity.TestCa;
import io.vertx.core.net.NetServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An agent's sessions with a real peer endpoint, a fake driver and a fake service. */
final class FakeHost implements AutoCloseable {
  private final EventLoop loop;
  private final AgentConfig config;
  private final FakeService service;
  private final FakeDriver driver;
  private final FakeGuard guard = new FakeGuard(null, new BootClock());
  private final FakeConfinement vcpus = new FakeConfinement();
  private Sessions sessions;
  private @Nullable PeerEndpoint endpoint;
  private final int peerPort;

  FakeHost(EventLoop loop, Path directory, TestCa ca, String name, FakeService service)
      throws Exception {
    this(loop, AgentConfigs.of(directory, ca, name), service);
  }

  FakeHost(EventLoop loop, AgentConfig config, FakeService service) throws Exception {
    this.loop = loop;
    this.service = service;
    this.config = config;
    Files.createDirectories(config.paths().run());
    driver = new FakeDriver(loop.vertx(), config.paths().run());
    sessions = newSessions();
    PeerEndpoint opened = loop.call(() -> new PeerEndpoint(loop.vertx(), config, sessions));
    endpoint = opened;
    peerPort = loop.get(() -> opened.listen().map(NetServer::actualPort));
  }

  private Sessions newSessions() {
    return new Sessions(
        loop.vertx(),
        config,
        driver,
        service,
        new AgentMetrics(),
        NoKnowledge.get(),
        allocator(),
        ColoModule.off(),
        guard,
        () -> Objects.requireNonNull(endpoint));
  }

  private VcpuAllocator allocator() {
    return loop.get(
        () -> {
          VcpuAllocator made = new VcpuAllocator(loop.vertx(), List.of(vcpus), vcpus);
          return made.start().map(made);
        });
  }

  /** How vCPUs are confined on this host. */
  FakeConfinement vcpus() {
    return vcpus;
  }

  /** What closes the host's taps. */
  FakeGuard guard() {
    return guard;
  }

  FakeDriver driver() {
    return driver;
  }

  AgentConfig config() {
    return config;
  }

  int peerPort() {
    return peerPort;
  }

  /** The agent is started again: what it knew is what is on disk. */
  void restart() {
    sessions = newSessions();
    loop.get(() -> sessions.recover().map(true));
  }

  Optional<String> order(SessionOrder order) {
    return loop.call(() -> sessions.order(order));
  }

  void accept(SessionOrder order) {
    order(order)
        .ifPresent(
            reason -> {
              throw new AssertionError("refused: " + reason);
            });
  }

  /** The primary's role is handed over. */
  void handOver(long generation) {
    assertThat(loop.call(() -> sessions.handOver(PairTest.PAIR, generation))).isEmpty();
  }

  List<SessionReport> reports() {
    return loop.call(() -> sessions.reports());
  }

  SessionReport report() {
    return reports().get(0);
  }

  /** Waits for a phase. */
  void awaitPhase(SessionPhase phase) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThat(reports())
                    .as("%s: %s", config.host().name(), reports())
                    .extracting(SessionReport::phase)
                    .containsExactly(phase));
  }

  /** Waits until the session is forgotten. */
  void awaitNone() {
    await().atMost(Duration.ofSeconds(15)).until(() -> reports().isEmpty());
  }

  /** Its peer links end, as those of an agent that died. */
  void endPeerLinks() {
    PeerEndpoint opened = endpoint;
    endpoint = null;
    if (opened != null) {
      loop.get(() -> opened.close().map(true));
    }
  }

  @Override
  public void close() {
    endPeerLinks();
    driver.close();
    await().until(() -> reports().stream().noneMatch(SessionReport::guestRunning));
    // What the sessions still had to write is written before the directory is removed.
    loop.get(() -> loop.vertx().executeBlocking(() -> true, true));
  }
}
