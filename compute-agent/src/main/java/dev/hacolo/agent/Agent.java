package dev.hacolo.agent;

import dev.hacolo.agent.allocation.VcpuAllocator;
import dev.hacolo.agent.allocation.VcpuConfinement;
import dev.hacolo.agent.api.AgentApi;
import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.config.ProfileFiles;
import dev.hacolo.agent.direct.DirectDriver;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.guard.KernelGuard;
import dev.hacolo.agent.guard.NoGuard;
import dev.hacolo.agent.guard.OutputGuard;
import dev.hacolo.agent.host.HostProbe;
import dev.hacolo.agent.host.QemuCredentials;
import dev.hacolo.agent.libvirt.LibvirtDriver;
import dev.hacolo.agent.metrics.AgentMetrics;
import dev.hacolo.agent.metrics.ProbeServer;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.peer.PeerEndpoint;
import dev.hacolo.agent.proxy.ContentSearch;
import dev.hacolo.agent.proxy.Knowledge;
import dev.hacolo.agent.report.ServiceReplicas;
import dev.hacolo.agent.session.Sessions;
import dev.hacolo.agent.watchdog.AgentWatch;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.config.ConfigException;
import dev.hacolo.common.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Puts the agent's parts together; everything in it lives on this verticle's event loop. */
final class Agent extends VerticleBase {
  private static final String VERSION = "0.1.0";
  private static final String IP = "ip";

  private final AgentConfig config;
  private final ColoModule module;
  private final OutputGuard guard;
  private final UUID incarnation = UUID.randomUUID();
  private boolean ready;
  private @Nullable PeerEndpoint peerEndpoint;
  private @Nullable Sessions sessions;
  private @Nullable AgentWatch watch;
  private @Nullable ContentSearch content;

  Agent(AgentConfig config) {
    this.config = config;
    this.module =
        config.module() == AgentConfig.ModuleUse.OFF ? ColoModule.off() : ColoModule.ofThisHost();
    this.guard = guard(config);
  }

  private static OutputGuard guard(AgentConfig config) {
    return config.lease().kernel()
        ? new KernelGuard(config.paths().state())
        : new NoGuard("lease.kernel is off");
  }

  @Override
  public Future<?> start() throws IOException, ConfigException {
    AgentConfig.Paths paths = config.paths();
    for (Path directory : List.of(paths.guests(), paths.instances(), paths.state(), paths.run())) {
      Files.createDirectories(directory);
    }
    ContentSearch search = new ContentSearch(ProfileFiles.load(paths.profiles()));
    content = search;
    QemuCredentials.link(config);
    HostProbe probe = new HostProbe(config, module, guard);
    return vertx
        .executeBlocking(probe::qemu)
        .compose(found -> start(probe, found, search.knowledge()));
  }

  private Future<?> start(HostProbe probe, HostProbe.Found found, Knowledge knowledge) {
    AgentMetrics metrics = new AgentMetrics();
    ServiceReplicas service = new ServiceReplicas(vertx, config);
    GuestDriver driver = driver();
    VcpuAllocator vcpus = vcpus(metrics);
    Sessions started =
        new Sessions(
            vertx,
            config,
            driver,
            service::claim,
            metrics,
            knowledge,
            vcpus,
            module,
            guard,
            this::peers);
    sessions = started;
    peerEndpoint = new PeerEndpoint(vertx, config, started);
    Reports reports = new Reports(probe, found, driver, started);
    started.onChange(service::changed);
    return new ProbeServer(metrics, () -> ready)
        .listen(vertx, config.network().metrics().host(), config.network().metrics().port())
        .compose(v -> peers().listen())
        .compose(v -> new AgentApi(vertx, config, started, () -> reports.make(0)).listen())
        .compose(v -> vcpus.start())
        .compose(v -> started.recover())
        .onSuccess(
            v -> {
              watch(started);
              service.start(reports::make);
              ready = true;
            });
  }

  private GuestDriver driver() {
    AgentConfig.Paths paths = config.paths();
    AgentConfig.Qemu qemu = config.qemu();
    return switch (config.driver().guests()) {
      case DIRECT ->
          new DirectDriver(
              vertx,
              paths.guests(),
              paths.instances(),
              paths.run(),
              new DirectDriver.Programs(qemu.binary(), qemu.image(), IP));
      case LIBVIRT ->
          LibvirtDriver.load(
              vertx,
              config.driver().uri(),
              paths.instances(),
              paths.run(),
              new LibvirtDriver.Programs(qemu.image(), IP));
    };
  }

  private void watch(Sessions started) {
    List<Executor> loops = new ArrayList<>(started.packetLoops());
    loops.add(peers().executor());
    AgentWatch made = new AgentWatch(vertx, loops, config.watchdog());
    watch = made;
    made.start();
  }

  private VcpuAllocator vcpus(AgentMetrics metrics) {
    AgentConfig.Allocation settings = config.allocation();
    List<VcpuConfinement> there =
        VcpuAllocator.ofThisHost(settings.group(), config.paths().state().resolve("vcpus"), module);
    List<VcpuConfinement> wanted =
        settings.levels().stream()
            .flatMap(level -> there.stream().filter(means -> means.level() == level))
            .toList();
    return new VcpuAllocator(vertx, wanted, failure -> metrics.vcpuLiftFailed());
  }

  /** The endpoint accepts links for the sessions, and the sessions open links through it. */
  private PeerEndpoint peers() {
    return Objects.requireNonNull(peerEndpoint, "the peer endpoint");
  }

  @Override
  public Future<?> stop() {
    if (watch != null) {
      watch.close();
    }
    if (sessions != null) {
      sessions.close();
    }
    if (content != null) {
      content.close();
    }
    PeerEndpoint endpoint = peerEndpoint;
    return detach().compose(v -> endpoint == null ? Future.succeededFuture() : endpoint.close());
  }

  /** What this agent has put behind a gate runs freely from here on. */
  private Future<Void> detach() {
    return vertx.executeBlocking(
        () -> {
          module.close();
          return null;
        });
  }

  /** Makes heartbeats. */
  private final class Reports {
    private final HostProbe probe;
    private final HostProbe.Found found;
    private final GuestDriver driver;
    private final Sessions sessions;

    Reports(HostProbe probe, HostProbe.Found found, GuestDriver driver, Sessions sessions) {
      this.probe = probe;
      this.found = found;
      this.driver = driver;
      this.sessions = sessions;
    }

    Future<HostReport> make(long sequence) {
      return vertx
          .executeBlocking(probe::capacity)
          .compose(capacity -> driver.guests().map(guests -> report(sequence, capacity, guests)));
    }

    private HostReport report(
        long sequence, HostReport.Capacity capacity, List<HostReport.Guest> guests) {
      return new HostReport(
          config.host().name(),
          incarnation,
          sequence,
          VERSION,
          HostReport.PROTOCOL,
          "https://" + new HostPort(config.host().address(), config.network().api().port()),
          config.host().address(),
          config.network().peer().port(),
          found.capabilities(),
          capacity,
          config.host().failureDomain(),
          found.problems(),
          guests,
          sessions.reports());
    }
  }
}
