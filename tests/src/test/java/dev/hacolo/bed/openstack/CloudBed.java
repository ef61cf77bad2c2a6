package dev.hacolo.bed.openstack;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hacolo.service.cloud.CloudException;
import dev.hacolo.service.cloud.Reservation;
import dev.hacolo.service.openstack.OpenStackAccess;
import dev.hacolo.service.openstack.OpenStackCloud;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A stand-in with two hosts and a client of it. */
final class CloudBed implements AutoCloseable {
  static final String TENANT = "7d2c8a4e1f0b4c6d9e3f5a7b8c9d0e1f";
  static final String OWNER = "1b3d5f7a9c0e4d6f8a2b4c6d8e0f1a3b";
  static final Map<String, String> FLAGGED = Map.of("ha_colo:enabled", "true");

  final StandInOpenStack openstack = StandInOpenStack.start(StandInOptions.loopback());
  final OpenStackCloud cloud;

  CloudBed() {
    this(Duration.ofSeconds(5));
  }

  CloudBed(Duration timeout) {
    openstack.addHost(StandInHost.of("node-a", 8, 8192, 100));
    openstack.addHost(StandInHost.of("node-b", 8, 8192, 100));
    cloud = new OpenStackCloud(access(timeout));
  }

  OpenStackAccess access(Duration timeout) {
    return access(openstack.authUrl(), StandInKeystone.REGION, timeout);
  }

  /** Access with the password that Keystone has at present. */
  OpenStackAccess access(String authUrl, String region, Duration timeout) {
    return new OpenStackAccess(
        authUrl,
        StandInKeystone.USER,
        () -> openstack.keystone().password().toCharArray(),
        StandInKeystone.PROJECT,
        StandInKeystone.DOMAIN,
        StandInKeystone.DOMAIN,
        region,
        Optional.empty(),
        timeout);
  }

  /** Adds a flagged server on node-a. */
  StandInServer server() {
    StandInServer server =
        new StandInServer(
            UUID.randomUUID(), "web", TENANT, OWNER, "node-a", "active", 2, 1024, 10, FLAGGED);
    openstack.nova().put(server);
    return server;
  }

  /** Adds a port of the server on node-a. */
  UUID port(UUID server) {
    UUID id = UUID.randomUUID();
    openstack.neutron().put(StandInPort.of(id, server, "node-a", "fa:16:3e:00:00:01"));
    return id;
  }

  static Reservation reservation(UUID consumer) {
    return new Reservation(consumer, TENANT, OWNER, "node-b", 1, 2048, 10);
  }

  /** What another client of Placement would write for the consumer. */
  static StandInPlacement.Allocation foreign(UUID consumer, String type) {
    return new StandInPlacement.Allocation(
        consumer, type, 0, TENANT, OWNER, "node-b", Map.of("VCPU", 3));
  }

  static CloudException fault(ThrowingCallable call) {
    CloudException fault = catchThrowableOfType(CloudException.class, call);
    if (fault == null) {
      throw new AssertionError("the call succeeded");
    }
    return fault;
  }

  @Override
  public void close() {
    openstack.close();
    cloud.close();
  }
}
