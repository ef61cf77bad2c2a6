package dev.hacolo.service.domain;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of all hosts at one moment.
 *
 * @param byName those that have reported since the service started
 * @param settled whether the service has listened long enough for silence to mean something
 * @param compute Nova's compute services by host, absent until Nova was asked
 */
public record Hosts(
    Map<String, HostView> byName, boolean settled, Optional<Map<String, ComputeStatus>> compute) {
  /** Copies the maps. */
  public Hosts {
    byName = Map.copyOf(byName);
    compute = compute.map(Map::copyOf);
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
