package dev.hacolo.service.cloud;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Port to the OpenStack control plane. All calls block (openstack4j does) and belong on worker
 * threads, never on an event loop; implementations are thread-safe and give every call a deadline.
 * All changing calls are idempotent: doing what is done already succeeds.
 *
 * <p>A call that cannot be carried out throws {@link CloudException}, which says whether trying
 * again later makes sense.
 */
public interface Cloud {
  /**
   * All servers, of every project, whose flavor has the extra spec {@code ha_colo:enabled=true}.
   */
  List<CloudServer> protectedServers() throws CloudException;

  /** One server, or empty if Nova does not know it. */
  Optional<CloudServer> server(UUID instanceUuid) throws CloudException;

  /** All nova-compute services. */
  List<ComputeHost> computeHosts() throws CloudException;

  /** Creates or replaces the Placement allocation of {@code reservation.consumer()}. */
  void reserve(Reservation reservation) throws CloudException;

  /** Removes a consumer's Placement allocation. */
  void unreserve(UUID consumer) throws CloudException;

  /** Gives each port of the server an INACTIVE binding on a host. */
  void bindPorts(UUID instanceUuid, String host) throws CloudException;

  /** Removes each port's INACTIVE binding on a host; an ACTIVE one stays. */
  void unbindPorts(UUID instanceUuid, String host) throws CloudException;

  /** Makes each port's binding on a host the ACTIVE one. */
  void activatePorts(UUID instanceUuid, String host) throws CloudException;
}
