package dev.hacolo.bed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.AgentProcess;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.control.CertificateAuthority;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.oracle.steps.ProtocolStep;
import dev.hacolo.bed.oracle.steps.StopPoint;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.identity.PeerIdentity.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Two agents on a bed, the orders that the service would give them, and a stand-in that decides
 * their claims. To be used in the bed's control namespace.
 */
public final class AgentPair implements AutoCloseable {
  private static final int SERVICE_PORT = 9700;

  private final ProtectedGuest first;
  private final StandInArbiter arbiter;
  private final CertificateAuthority.Credentials tls;
  private final Map<String, AgentProcess> agents = new HashMap<>();
  private final Map<String, RunningProcess> running = new HashMap<>();

  /** Each handshake costs both ends CPU time that the guests lack. */
  private final Map<String, ApiClient> clients = new ConcurrentHashMap<>();

  /** Starts an agent on each node, for a guest that is protected with the default policy. */
  public AgentPair(TwoNodeBed bed, GuestDescription guest) throws TimeoutException {
    this(bed, guest, SessionPolicy.DEFAULT);
  }

  /**
   * Starts an agent on each node, for a guest that is protected with some policy.
   *
   * @throws TimeoutException if the stand-in for the service cannot listen
   */
  public AgentPair(TwoNodeBed bed, GuestDescription guest, SessionPolicy policy)
      throws TimeoutException {
    this(bed, guest, policy, agent -> {});
  }

  /**
   * The same with agents that are set up in some way.
   *
   * @param preparation called with each agent before it is started; {@link #stopAt} works after
   *     {@link AgentProcess#allowDebugging}
   */
  public AgentPair(
      TwoNodeBed bed,
      GuestDescription guest,
      SessionPolicy policy,
      Consumer<AgentProcess> preparation)
      throws TimeoutException {
    this.first = another(guest, policy);
    CertificateAuthority authority = new CertificateAuthority(bed.run().directory("pki"));
    this.tls = authority.issue(Role.SERVICE, "arbiter", TwoNodeNetwork.CONTROL_ADDRESS);
    this.arbiter = new StandInArbiter(TwoNodeNetwork.CONTROL_ADDRESS, SERVICE_PORT, tls);
    for (TwoNodeNetwork.Node node : bed.network().nodes()) {
      AgentProcess agent =
          new AgentProcess(
              bed.run(),
              bed.launcher(),
              bed.network(),
              node,
              bed.emulator(),
              authority,
              bed.guestsDirectory(node.name()),
              "https://%s:%d".formatted(TwoNodeNetwork.CONTROL_ADDRESS, SERVICE_PORT));
      if (policy != null && policy.release().equals(SessionPolicy.RELEASE_ALL)) {
        agent.allowUnsafeRelease();
      }
      preparation.accept(agent);
      agents.put(node.name(), agent);
      start(node.name());
    }
  }

  /** Decides the agents' claims. */
  public StandInArbiter arbiter() {
    return arbiter;
  }

  /** Starts a node's agent, or starts it again. */
  public void start(String node) {
    launch(node);
    awaitReady(node);
  }

  /** The same without waiting for it to be ready. */
  public void launch(String node) {
    clients.remove(node); // Its connections died with the old agent.
    running.put(node, agent(node).launch());
  }

  /** Returns when an agent that was launched is ready. */
  public void awaitReady(String node) {
    agent(node).awaitReady(process(node));
  }

  /** Kills a node's agent and returns when it is dead. */
  public void killAgent(String node) {
    process(node).killAndWait();
  }

  /** Makes a node's agent stop at a step of the protocols; see {@link StopPoint#set}. */
  public StopPoint stopAt(String node, ProtocolStep step, int passes) {
    AgentProcess agent = agent(node);
    return StopPoint.set(agent.node().address(), agent.debugPort(), step, passes);
  }

  /** Kills the QEMUs that a node's agent has started for the guest; the number of them. */
  public long killSecondary(String node) {
    return first.secondaryProcesses(node).filter(ProcessHandle::destroyForcibly).count();
  }

  /** See {@link ProtectedGuest#beginProtection}. */
  public void beginProtection(String primary, String secondary, long generation) {
    first.beginProtection(primary, secondary, generation);
  }

  /** See {@link ProtectedGuest#protect}. */
  public void protect(String primary, String secondary, long generation) {
    first.protect(primary, secondary, generation);
  }

  /** See {@link ProtectedGuest#order}. */
  public void order(String node, SessionTarget target, long generation) {
    first.order(node, target, generation);
  }

  /** See {@link ProtectedGuest#handOver}. */
  public void handOver(String primary, long generation) {
    first.handOver(primary, generation);
  }

  /** See {@link ProtectedGuest#awaitPhase}. */
  public JsonNode awaitPhase(String node, String... phases) {
    return first.awaitPhase(node, phases);
  }

  /** The guest that the agents were started for. */
  public ProtectedGuest guest() {
    return first;
  }

  /** A further guest for the same agents. */
  public ProtectedGuest another(GuestDescription guest, SessionPolicy policy) {
    return new ProtectedGuest(guest, policy, this::client, node -> agent(node).peerAddress());
  }

  /** What a node's agent reports of its host. */
  public JsonNode host(String node) {
    return client(node).get("/v1/host");
  }

  /** The process of a node's agent, as it was started last. */
  public RunningProcess process(String node) {
    return Objects.requireNonNull(running.get(node), node);
  }

  /** What a node's agent counts, in Prometheus' text format. */
  public String metrics(String node) {
    return agent(node).scrape();
  }

  /** One figure of them, summed over its tags. */
  public double metric(String node, String name) {
    return metrics(node)
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** See {@link ProtectedGuest#phase}. */
  public String phase(String node) {
    return first.phase(node);
  }

  private AgentProcess agent(String node) {
    return Objects.requireNonNull(agents.get(node), node);
  }

  private ApiClient client(String node) {
    return clients.computeIfAbsent(node, n -> new ApiClient(agent(n).url(), tls));
  }

  @Override
  public void close() throws TimeoutException {
    arbiter.close();
  }
}
