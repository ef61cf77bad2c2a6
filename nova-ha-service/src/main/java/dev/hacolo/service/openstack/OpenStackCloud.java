package dev.hacolo.service.openstack;

import dev.hacolo.service.cloud.Cloud;
import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.cloud.ComputeHost;
import dev.hacolo.service.cloud.Reservation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@link Cloud} on a real OpenStack. Thread-safe, blocking; connects when first used. Close it when
 * no call is under way any more.
 *
 * <p>Needs Nova 2.69, Placement 1.38 and Neutron's {@code binding-extended}: Xena or later.
 */
public final class OpenStackCloud implements Cloud, AutoCloseable {
  private final Transport transport;
  private final NovaCalls nova;
  private final PlacementCalls placement;
  private final NeutronCalls neutron;

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException if the CA file cannot be used
   */
  public OpenStackCloud(OpenStackAccess access) {
    this(access, InstantSource.system());
  }

  /**
   * The same with a clock of the caller's.
   *
   * @param clock tells when the token is to be renewed
   */
  public OpenStackCloud(OpenStackAccess access, InstantSource clock) {
    transport = new Transport(access.ca().map(PrivateCa::trust));
    RetryingSender sender = new RetryingSender(transport);
    CloudSession session =
        new CloudSession(new Tokens(access, sender, clock), sender, access.region());
    nova = new NovaCalls(session, access.timeout());
    placement = new PlacementCalls(session, access.timeout());
    neutron = new NeutronCalls(session, access.timeout());
  }

  /** Throws rather than returns a list that is not complete. */
  @Override
  public List<CloudServer> protectedServers() throws CloudException {
    return nova.protectedServers();
  }

  @Override
  public Optional<CloudServer> server(UUID instanceUuid) throws CloudException {
    return nova.server(instanceUuid);
  }

  @Override
  public List<ComputeHost> computeHosts() throws CloudException {
    return nova.computeHosts();
  }

  @Override
  public void reserve(Reservation reservation) throws CloudException {
    Deadline deadline = placement.deadline();
    UUID provider = provider(reservation.host(), deadline);
    placement.allocate(reservation, provider, deadline);
  }

  /** A provider is called as its hypervisor, which often is the host's name with a domain. */
  private UUID provider(String host, Deadline deadline) throws CloudException {
    Optional<UUID> provider = placement.provider(host, deadline);
    if (provider.isPresent()) {
      return provider.get();
    }
    List<UUID> nodes = nova.computeNodes(host, deadline);
    if (nodes.size() != 1) {
      throw new CloudException(
          "host %s has %d compute nodes in Nova and no resource provider of its name: needed is 1"
              .formatted(host, nodes.size()),
          false);
    }
    return nodes.get(0);
  }

  @Override
  public void unreserve(UUID consumer) throws CloudException {
    placement.free(consumer, placement.deadline());
  }

  @Override
  public void bindPorts(UUID instanceUuid, String host) throws CloudException {
    Deadline deadline = neutron.deadline();
    for (NeutronCalls.Port port : neutron.ports(instanceUuid, deadline)) {
      neutron.bind(port, host, deadline);
    }
  }

  @Override
  public void unbindPorts(UUID instanceUuid, String host) throws CloudException {
    Deadline deadline = neutron.deadline();
    for (NeutronCalls.Port port : neutron.ports(instanceUuid, deadline)) {
      neutron.unbind(port, host, deadline);
    }
  }

  @Override
  public void activatePorts(UUID instanceUuid, String host) throws CloudException {
    Deadline deadline = neutron.deadline();
    for (NeutronCalls.Port port : neutron.ports(instanceUuid, deadline)) {
      neutron.activate(port, host, deadline);
    }
  }

  /** Ends the connections. */
  @Override
  public void close() {
    transport.close();
  }
}
