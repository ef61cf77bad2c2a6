package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.NetworkNamespace;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connections that were opened a moment before the first failover, in an epoch in which the two VMs
 * count them in different numbers, live through A, B, A, B: busy and idle ones, those of clients
 * and those that the guest opened.
 */
@Tag("two-node")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ThreeFailoversTest {
  private static final int MEMCACHED = 11211;
  private static final int DIAL_BACK = 8;

  @Test
  void connectionsSurviveThreeFailovers() throws Exception {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      bed.network()
          .control()
          .call(
              () -> {
                play(bed);
                return true;
              });
    }
  }

  private static void play(TwoNodeBed bed) throws Exception {
    NetworkNamespace client = bed.network().client();
    DirectGuest guest = bed.startGuest("node-a", UUID.randomUUID(), GuestBlueprint.DEFAULT);
    try (AgentPair pair = new AgentPair(bed, guest.description())) {
      guest.awaitUp();
      pair.protect("node-a", "node-b", 1);
      try (EchoedConnection idleOfGuest = openedByGuest(client);
          EchoedConnection busyOfGuest = openedByGuest(client);
          EchoedConnection idle = toMemcached(client);
          EchoedConnection busy = toMemcached(client)) {
        idleOfGuest.exchange(100);
        idle.memcached("before");
        List<BusyConnection> all =
            List.of(
                new BusyConnection("opened by the guest", number -> busyOfGuest.exchange(2000)),
                new BusyConnection(
                    "opened by a client", number -> busy.memcached("value " + number)));
        try {
          goOn(all);
          guest.qemu().killAndWait();
          pair.awaitPhase("node-b", "SOLO");
          assertThat(pair.metric("node-b", "ha_colo_translated_flows"))
              .as("connections of clients, opened within the epoch")
              .isGreaterThanOrEqualTo(2);
          goOn(all);
          pair.protect("node-b", "node-a", 3);
          goOn(all);
          pair.killSecondary("node-b");
          pair.awaitPhase("node-a", "SOLO");
          goOn(all);
          pair.protect("node-a", "node-b", 5);
          goOn(all);
          pair.killSecondary("node-a");
          pair.awaitPhase("node-b", "SOLO");
          assertThat(pair.metric("node-b", "ha_colo_translated_flows")).isGreaterThanOrEqualTo(2);
          for (BusyConnection b : all) {
            b.awaitExchanges(20);
            b.end();
          }
        } finally {
          all.forEach(BusyConnection::close);
        }
        idle.memcached("after three failovers");
        idleOfGuest.exchange(50_000);
        busyOfGuest.exchange(50_000);
        busy.memcached("last");
      }
    }
  }

  private static void goOn(List<BusyConnection> all) throws Exception {
    for (BusyConnection b : all) {
      b.awaitExchanges(5);
    }
  }

  private static EchoedConnection toMemcached(NetworkNamespace client) throws Exception {
    return client.call(
        () -> {
          Socket socket = new Socket();
          socket.connect(new InetSocketAddress(GuestBlueprint.ADDRESS, MEMCACHED), 5000);
          return new EchoedConnection(socket);
        });
  }

  private static EchoedConnection openedByGuest(NetworkNamespace client) throws Exception {
    return client.call(
        () -> {
          try (ServerSocket server = new ServerSocket(0);
              DatagramSocket bell = new DatagramSocket()) {
            byte[] port =
                Integer.toString(server.getLocalPort()).getBytes(StandardCharsets.US_ASCII);
            bell.send(
                new DatagramPacket(
                    port, port.length, InetAddress.getByName(GuestBlueprint.ADDRESS), DIAL_BACK));
            server.setSoTimeout(10_000);
            return new EchoedConnection(server.accept());
          }
        });
  }
}
