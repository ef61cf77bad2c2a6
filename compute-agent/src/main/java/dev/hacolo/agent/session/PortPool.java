package dev.hacolo.agent.session;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * TCP ports for QEMU's streams. A port is given out when nothing listens on it at that moment; QEMU
 * reports it if something else takes it in between. Thread-safe; the sockets that test it are
 * opened on a worker thread.
 */
final class PortPool {
  private final Vertx vertx;
  private final String address;
  private final int first;
  private final int last;
  private final Map<UUID, Set<Integer>> taken = new HashMap<>();
  private int next;

  PortPool(Vertx vertx, String address, int first, int last) {
    this.vertx = vertx;
    this.address = address;
    this.first = first;
    this.last = last;
    this.next = first;
  }

  /**
   * Ports for a secondary; those that the pair had before are given back first.
   *
   * @param packetLink whether the agents compare: then one port instead of two for each NIC
   */
  Future<SecondaryEndpoints> take(UUID pairId, GuestDescription guest, boolean packetLink) {
    return vertx.executeBlocking(() -> takeNow(pairId, guest, packetLink));
  }

  private synchronized SecondaryEndpoints takeNow(
      UUID pairId, GuestDescription guest, boolean packetLink) {
    release(pairId);
    Set<Integer> mine = new TreeSet<>();
    taken.put(pairId, mine);
    int migration = take(mine);
    int nbd = take(mine);
    if (packetLink) {
      return new SecondaryEndpoints(address, migration, nbd, take(mine), List.of());
    }
    List<NicPorts> nics = new ArrayList<>();
    for (GuestDescription.Nic nic : guest.nics()) {
      nics.add(new NicPorts(nic.id(), take(mine), take(mine)));
    }
    return new SecondaryEndpoints(address, migration, nbd, 0, nics);
  }

  synchronized void release(UUID pairId) {
    taken.remove(pairId);
  }

  private int take(Set<Integer> mine) {
    for (int tried = first; tried <= last; tried++) {
      int port = next;
      next = next == last ? first : next + 1;
      if (taken.values().stream().noneMatch(ports -> ports.contains(port)) && isFree(port)) {
        mine.add(port);
        return port;
      }
    }
    throw new StepException(
        "every port from %d to %d on %s is in use: end what uses them or widen session.ports"
            .formatted(first, last, address));
  }

  private boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
