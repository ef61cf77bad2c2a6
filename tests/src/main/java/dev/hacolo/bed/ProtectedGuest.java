package dev.hacolo.bed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.control.ApiClient;
import dev.hacolo.bed.guest.AgentQemus;
import dev.hacolo.bed.guest.VcpuUse;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HandOverOrder;
import dev.hacolo.common.api.PeerAddress;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One guest of the agents of a bed, and the orders that the service would give them for it. */
public final class ProtectedGuest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final UUID pair = UUID.randomUUID();
  private final GuestDescription guest;
  private final SessionPolicy policy;
  private final Function<String, ApiClient> clients;
  private final Function<String, PeerAddress> peers;
  private @Nullable SessionOrder beSecondary;

  ProtectedGuest(
      GuestDescription guest,
      SessionPolicy policy,
      Function<String, ApiClient> clients,
      Function<String, PeerAddress> peers) {
    this.guest = guest;
    this.policy = policy;
    this.clients = clients;
    this.peers = peers;
  }

  /** Prepares a secondary and orders the primary to replicate to it; does not wait for that. */
  public void beginProtection(String primary, String secondary, long generation) {
    SessionOrder first =
        new SessionOrder(
            pair,
            guest.uuid(),
            generation,
            SessionTarget.SECONDARY,
            peers.apply(primary),
            guest,
            null,
            policy);
    beSecondary = first;
    order(secondary, first);
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
            peers.apply(secondary),
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

  /**
   * Changes how many vCPUs the secondary may run, and returns when the agent says that this is in
   * effect.
   */
  public void secondaryVcpus(String secondary, int active) {
    SessionOrder order = Objects.requireNonNull(beSecondary, "there is no secondary");
    order(secondary, order.withPolicy(order.policyOrDefault().withSecondaryVcpus(active)));
    await(
        secondary,
        report -> report.vcpuAllocation() != null && report.vcpuAllocation().active() == active,
        active + " active vCPUs");
  }

  /** Gives an order that needs nothing but a target. */
  public void order(String node, SessionTarget target, long generation) {
    order(node, new SessionOrder(pair, guest.uuid(), generation, target, null, null, null, null));
  }

  /** Tells the primary's agent to hand its role over; returns when it has begun. */
  public void handOver(String primary, long generation) {
    clients
        .apply(primary)
        .post("/v1/sessions/%s/hand-over".formatted(pair), new HandOverOrder(generation));
  }

  private void order(String node, SessionOrder order) {
    clients.apply(node).put("/v1/sessions/" + pair, order);
  }

  /** Waits for one of some phases; a session that fails although that is not asked for ends it. */
  public JsonNode awaitPhase(String node, String... phases) {
    Set<String> wanted = Set.of(phases);
    JsonNode[] last = new JsonNode[1];
    ApiClient client = clients.apply(node);
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

  /** Waits for what a node's session reports. */
  public SessionReport await(String node, Predicate<SessionReport> wanted, String what) {
    SessionReport[] last = new SessionReport[1];
    Await.until(
        PATIENCE,
        () -> {
          last[0] = report(node);
          return wanted.test(last[0]);
        },
        () -> "%s: waited in vain for %s: %s".formatted(node, what, last[0]));
    return last[0];
  }

  /** What a node's session reports. */
  public SessionReport report(String node) {
    try {
      JsonNode json = clients.apply(node).get("/v1/sessions/" + pair);
      return ApiJson.mapper().treeToValue(json, SessionReport.class);
    } catch (IOException e) {
      throw new BedException("the report cannot be read", e);
    }
  }

  /** The phase that a node's session is in. */
  public String phase(String node) {
    return clients.apply(node).get("/v1/sessions/" + pair).required("phase").asText();
  }

  /**
   * What limits the vCPU threads of the VM that a node's agent has started, as the kernel and the
   * agent say, in sentences; empty if nothing does.
   */
  public List<String> vcpuLimits(String node) {
    List<String> limits = new ArrayList<>();
    secondaryProcesses(node)
        .forEach(
            qemu -> {
              String all = VcpuUse.allowedCpusOfMain(qemu.pid());
              for (String cpus : VcpuUse.allowedCpus(qemu.pid())) {
                if (!cpus.equals(all)) {
                  limits.add("a vCPU thread may use CPUs %s of %s".formatted(cpus, all));
                }
              }
            });
    VcpuAllocation known = report(node).vcpuAllocation();
    if (known != null && known.active() < known.vcpus()) {
      limits.add("the agent says %s".formatted(known));
    }
    return limits;
  }

  /** The QEMUs that a node's agent has started for the guest. */
  public Stream<ProcessHandle> secondaryProcesses(String node) {
    return AgentQemus.of(node, guest.uuid());
  }
}
