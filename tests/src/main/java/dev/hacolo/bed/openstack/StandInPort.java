package dev.hacolo.bed.openstack;

import java.util.UUID;

/**
 * A Neutron port.
 *
 * @param id UUID
 * @param deviceId server that it belongs to
 * @param deviceOwner {@code compute:<zone>} for a server's port
 * @param host host of its ACTIVE binding
 * @param mac MAC address
 */
public record StandInPort(UUID id, UUID deviceId, String deviceOwner, String host, String mac) {

  /** A server's port. */
  public static StandInPort of(UUID id, UUID server, String host, String mac) {
    return new StandInPort(id, server, "compute:nova", host, mac);
  }
}
