package dev.hacolo.bed.stage;

import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.control.AgentProcess;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.control.CertificateAuthority;
import dev.hacolo.bed.control.HaServiceProcess;
import dev.hacolo.bed.control.OpenStackProcess;
import dev.hacolo.bed.control.Place;
import dev.hacolo.bed.control.PostgresServer;
import dev.hacolo.bed.control.RabbitBroker;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.identity.PeerIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Database, broker, OpenStack's stand-in, the service, an agent on each node, a guest on node-a.
 * Must be built in the control plane's namespace.
 */
public final class Stage {
  /** The node on which the guest is started. */
  public static final String PRIMARY = "node-a";

  /** The other one. */
  public static final String SECONDARY = "node-b";

  private final TwoNodeBed bed;
  private final CertificateAuthority authority;
  private final CertificateAuthority.Credentials operator;
  private final PostgresServer database;
  private final RabbitBroker broker;
  private final OpenStackProcess openStack;
  private final List<HaServiceProcess> services;
  private final DirectGuest guest;
  private final Map<String, AgentProcess> agents = new HashMap<>();
  private final Map<String, RunningProcess> running = new HashMap<>();
  private final List<RunningProcess> runningServices = new CopyOnWriteArrayList<>();

  /**
   * Starts everything.
   *
   * @param description of the guest
   * @param replicas how many of the service
   * @param timeline is told of it
   */
  public Stage(
      TwoNodeBed bed,
      StateDirectory state,
      GuestDescription description,
      int replicas,
      Timeline timeline) {
    this.bed = bed;
    RunDirectory run = bed.run();
    Launcher launcher = bed.launcher();
    Place control = new Place(bed.network().control());
    this.guest = bed.startGuest(PRIMARY, description);
    timeline.event(
        "guest %s starts on %s under stock QEMU (%s), with nothing of COLO in its command line",
        guest.description().uuid(), PRIMARY, bed.emulator().accelerator());
    this.authority = new CertificateAuthority(run.directory("pki"));
    this.operator = authority.issue(PeerIdentity.Role.OPERATOR, "demo", "127.0.0.1");
    ExecutorService together = Executors.newFixedThreadPool(3);
    try {
      Future<PostgresServer> postgres =
          together.submit(() -> PostgresServer.start(state, run, launcher, control));
      Future<RabbitBroker> rabbit =
          together.submit(() -> RabbitBroker.start(run, launcher, control));
      Callable<OpenStackProcess> standIn =
          () ->
              OpenStackProcess.start(run, launcher, control, hosts(), guest.description(), PRIMARY);
      this.openStack = result(together.submit(standIn));
      this.database = result(postgres);
      this.broker = result(rabbit);
      timeline.event("PostgreSQL, RabbitMQ and the stand-in for OpenStack are up");
      this.services =
          IntStream.rangeClosed(1, replicas).mapToObj(number -> replica(number, control)).toList();
    } finally {
      together.shutdownNow();
    }
    hosts().forEach(host -> agents.put(host, agent(host)));
    agents.values().forEach(agent -> running.put(agent.node().name(), agent.launch()));
    services.forEach(replica -> runningServices.add(replica.start()));
    timeline.event("nova-ha-service is ready");
    awaitAgents();
    timeline.event("compute-agents on %s are ready", String.join(" and ", hosts()));
    guest.awaitUp();
    timeline.event(
        "the guest is up: memcached, redis and a web server at %s", GuestBlueprint.ADDRESS);
  }

  /** The bed. */
  public TwoNodeBed bed() {
    return bed;
  }

  /** The guest. */
  public DirectGuest guest() {
    return guest;
  }

  /** PostgreSQL. */
  public PostgresServer database() {
    return database;
  }

  /** RabbitMQ. */
  public RabbitBroker broker() {
    return broker;
  }

  /** The stand-in for OpenStack. */
  public OpenStackProcess openStack() {
    return openStack;
  }

  /** The admin API, as an operator asks it. */
  public ApiClient operatorApi() {
    return operatorApi(0);
  }

  /**
   * The admin API of one replica of the service.
   *
   * @param replica from 0
   */
  public ApiClient operatorApi(int replica) {
    return new ApiClient(services.get(replica).url(), operator);
  }

  /** Starts a host's agent again and does not wait; {@link #awaitAgents} does. */
  public void launchAgent(String host) {
    running.put(host, agentOf(host).launch());
  }

  /** Returns when all agents are ready. */
  public void awaitAgents() {
    agents.values().forEach(agent -> agent.awaitReady(running(agent.node().name())));
  }

  /**
   * The process of a replica of the service.
   *
   * @param replica from 0
   */
  public RunningProcess service(int replica) {
    return runningServices.get(replica);
  }

  /** Starts a replica again, after it was killed. */
  public void restartService(int replica) {
    runningServices.set(replica, services.get(replica).start());
  }

  private HaServiceProcess replica(int number, Place control) {
    return new HaServiceProcess(
        bed.run(),
        bed.launcher(),
        control,
        number,
        TwoNodeNetwork.CONTROL_ADDRESS,
        authority,
        database,
        broker,
        openStack.access(),
        Map.of());
  }

  /** A command with which a person can ask the API. */
  public String curl(String path) {
    return "ip netns exec %s curl -s --cacert %s --cert %s --key %s %s%s"
        .formatted(
            bed.network().control().name(),
            operator.ca(),
            operator.certificate(),
            operator.key(),
            services.get(0).url(),
            path);
  }

  /** The agent that runs on a host. */
  public RunningProcess running(String host) {
    RunningProcess agent = running.get(host);
    if (agent == null) {
      throw new BedException("no agent runs on " + host);
    }
    return agent;
  }

  /** Starts a host's agent again. */
  public void restartAgent(String host) {
    running.put(host, agentOf(host).start());
  }

  private AgentProcess agentOf(String host) {
    AgentProcess agent = agents.get(host);
    if (agent == null) {
      throw new BedException("there is no agent of " + host);
    }
    return agent;
  }

  private List<String> hosts() {
    return bed.network().nodes().stream().map(TwoNodeNetwork.Node::name).toList();
  }

  private AgentProcess agent(String host) {
    return new AgentProcess(
        bed.run(),
        bed.launcher(),
        bed.network(),
        bed.network().node(host),
        bed.emulator(),
        authority,
        bed.guestsDirectory(host),
        services.stream().map(HaServiceProcess::url).collect(Collectors.joining(",")));
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BedException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BedException("interrupted while the control plane was starting", e);
    }
  }
}
