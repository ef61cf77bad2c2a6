package dev.hacolo.service.domain;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of all hosts at one moment.
 *
 * @param byName those that have reported since the service started
 * @param settled whether the service has listened long enough for silence to mean something
 * @param compute Nova's compute services by host, absent until Nova was asked
 * @param fleet what all pairs together ask of them
 */
public record Hosts(
    Map<String, HostView> byName,
    boolean settled,
    Optional<Map<String, ComputeStatus>> compute,
    Fleet fleet) {
  /** Copies the maps. */
  public Hosts {
    byName = Map.copyOf(byName);
    compute = compute.map(Map::copyOf);
  }

  /** Hosts of which no pair asks anything. */
  public Hosts(
      Map<String, HostView> byName, boolean settled, Optional<Map<String, ComputeStatus>> compute) {
    this(byName, settled, compute, Fleet.NONE);
  }

  /** The same hosts, of which pairs ask this. */
  public Hosts with(Fleet asked) {
    return new Hosts(byName, settled, compute, asked);
  }

  /** A nova-compute service. */
  public record ComputeStatus(boolean up, boolean enabled) {}

  /** The host's view if it is alive. */
  Optional<HostView> alive(String host) {
    return Optional.ofNullable(byName.get(host)).filter(HostView::alive);
  }

  /** Whether the host has certainly been silent for too long. */
  boolean silent(String host) {
    HostView view = byName.get(host);
    return view == null ? settled : !view.alive();
  }
}
