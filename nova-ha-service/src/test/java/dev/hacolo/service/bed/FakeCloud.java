package dev.hacolo.service.bed;

import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.ComputeHost;
import dev.hacolo.service.cloud.Reservation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A control plane in memory. */
public final class FakeCloud implements Cloud {
  private final Map<UUID, CloudServer> servers = new HashMap<>();
  private final Map<String, ComputeHost> computes = new HashMap<>();
  private final Map<UUID, Reservation> reservations = new HashMap<>();
  private final Map<UUID, Set<String>> inactive = new HashMap<>();
  private final Map<UUID, String> active = new HashMap<>();
  private @Nullable CloudException fault;

  /** Adds or replaces a server. */
  public synchronized void put(CloudServer server) {
    servers.put(server.uuid(), server);
    server.host().ifPresent(host -> active.putIfAbsent(server.uuid(), host));
  }

  /** Deletes a server. */
  public synchronized void delete(UUID uuid) {
    servers.remove(uuid);
  }

  /** Adds or replaces a compute service. */
  public synchronized void compute(String host, boolean up) {
    computes.put(host, new ComputeHost(host, up, true, "nova"));
  }

  /** From now on every changing call fails. */
  public synchronized void breakDown(String message) {
    fault = new CloudException(message, true);
  }

  /** From now on calls succeed again. */
  public synchronized void repair() {
    fault = null;
  }

  /** What is reserved now, by consumer. */
  public synchronized Map<UUID, Reservation> reservations() {
    return Map.copyOf(reservations);
  }

  /** Hosts with an INACTIVE binding of a server. */
  public synchronized Set<String> inactiveBindings(UUID uuid) {
    return Set.copyOf(inactive.getOrDefault(uuid, Set.of()));
  }

  /** Host with the ACTIVE binding of a server. */
  public synchronized Optional<String> activeBinding(UUID uuid) {
    return Optional.ofNullable(active.get(uuid));
  }

  @Override
  public synchronized List<CloudServer> protectedServers() {
    return servers.values().stream()
        .filter(s -> "true".equals(s.extraSpecs().get("ha_colo:enabled")))
        .toList();
  }

  @Override
  public synchronized Optional<CloudServer> server(UUID instanceUuid) {
    return Optional.ofNullable(servers.get(instanceUuid));
  }

  @Override
  public synchronized List<ComputeHost> computeHosts() {
    return new ArrayList<>(computes.values());
  }

  @Override
  public synchronized void reserve(Reservation reservation) throws CloudException {
    check();
    reservations.put(reservation.consumer(), reservation);
  }

  @Override
  public synchronized void unreserve(UUID consumer) throws CloudException {
    check();
    reservations.remove(consumer);
  }

  @Override
  public synchronized void bindPorts(UUID instanceUuid, String host) throws CloudException {
    check();
    inactive.computeIfAbsent(instanceUuid, id -> new HashSet<>()).add(host);
  }

  @Override
  public synchronized void unbindPorts(UUID instanceUuid, String host) throws CloudException {
    check();
    inactive.computeIfAbsent(instanceUuid, id -> new HashSet<>()).remove(host);
  }

  @Override
  public synchronized void activatePorts(UUID instanceUuid, String host) throws CloudException {
    check();
    Set<String> others = inactive.computeIfAbsent(instanceUuid, id -> new HashSet<>());
    String before = active.put(instanceUuid, host);
    if (before != null && !before.equals(host)) {
      others.add(before);
    }
    others.remove(host);
  }

  private void check() throws CloudException {
    if (fault != null) {
      throw fault;
    }
  }
}
