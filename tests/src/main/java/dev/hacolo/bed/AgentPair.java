package dev.hacolo.bed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.AgentProcess;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.control.CertificateAuthority;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.identity.PeerIdentity.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Two agents on a bed, the orders that the service would give them, and a stand-in that decides
 * their claims. To be used in the bed's control namespace.
 */
public final class AgentPair implements AutoCloseable {
  private static final int SERVICE_PORT = 9700;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final UUID pair = UUID.randomUUID();
  private final GuestDescription guest;
  private final SessionPolicy policy;
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
    this.guest = guest;
    this.policy = policy;
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

  /** Kills the QEMUs that a node's agent has started; the number of them. */
  public long killSecondary(String node) {
    String socket = "/nodes/%s/run/%s.qmp".formatted(node, guest.uuid());
    return ProcessHandle.allProcesses()
        .filter(p -> commandLine(p).contains(socket))
        .filter(ProcessHandle::destroyForcibly)
        .count();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      String line = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return line.contains("qemu-system") ? line : "";
    } catch (IOException e) {
      return ""; // It has ended.
    }
  }

  /** Prepares a secondary and orders the primary to replicate to it; does not wait for that. */
  public void beginProtection(String primary, String secondary, long generation) {
    order(
        secondary,
        new SessionOrder(
            pair,
            guest.uuid(),
            generation,
            SessionTarget.SECONDARY,
            agent(primary).peerAddress(),
            guest,
            null,
            policy));
    SecondaryEndpoints endpoints;
    try {
      JsonNode ready = awaitPhase(secondary, "READY");
      endpoints =
          ApiJson.mapper().treeToValue(ready.required("endpoints"), SecondaryEndpoints.class);
    } catch (IOException e) {
      throw new BedException("the endpoints cannot be read", e);
    }
    order(
        primary,
        new SessionOrder(
            pair,
            guest.uuid(),
            generation,
            SessionTarget.PRIMARY,
            agent(secondary).peerAddress(),
            null,
            endpoints,
            policy));
  }

  /** Protects the guest and returns when both agents say that it is. */
  public void protect(String primary, String secondary, long generation) {
    beginProtection(primary, secondary, generation);
    awaitPhase(primary, "PROTECTED");
    awaitPhase(secondary, "PROTECTED");
  }

  /** Gives an order that needs nothing but a target. */
  public void order(String node, SessionTarget target, long generation) {
    order(node, new SessionOrder(pair, guest.uuid(), generation, target, null, null, null, null));
  }

  private void order(String node, SessionOrder order) {
    client(node).put("/v1/sessions/" + pair, order);
  }

  /** Waits for one of some phases; a session that fails although that is not asked for ends it. */
  public JsonNode awaitPhase(String node, String... phases) {
    Set<String> wanted = Set.of(phases);
    JsonNode[] last = new JsonNode[1];
    ApiClient client = client(node);
    Await.until(
        PATIENCE,
        () -> {
          last[0] = client.get("/v1/sessions/" + pair);
          String now = last[0].required("phase").asText();
          if (now.equals("FAILED") && !wanted.contains(now)) {
            throw new BedException("the session failed: " + last[0]);
          }
          return wanted.contains(now);
        },
        () -> "none of %s was reached on %s: %s".formatted(List.of(phases), node, last[0]));
    return last[0];
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

  /** The phase that a node's session is in. */
  public String phase(String node) {
    return client(node).get("/v1/sessions/" + pair).required("phase").asText();
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
