package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.traffic.TrafficProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
      TrafficProcess traffic = bed.startTraffic();
      guest.awaitUp();
      pair.protect("node-a", "node-b", 1);

      traffic.open(1);
      try (EchoedConnection idle = toMemcached(client);
          EchoedConnection idleOfGuest = openedByGuest(client);
          EchoedConnection busyOfGuest = openedByGuest(client)) {
        idle.memcached("before");
        idleOfGuest.exchange(100);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
          Future<Integer> busy = thread.submit(() -> keepBusy(busyOfGuest, over));
          awaitWrites(traffic, 20);

          guest.qemu().killAndWait();
          pair.awaitPhase("node-b", "SOLO");
          pair.protect("node-b", "node-a", 3);
          pair.killSecondary("node-b");
          pair.awaitPhase("node-a", "SOLO");
          pair.protect("node-a", "node-b", 5);
          pair.killSecondary("node-a");
          pair.awaitPhase("node-b", "SOLO");

          over.set(true);
          assertThat(busy.get(30, TimeUnit.SECONDS)).isGreaterThan(20);
        } finally {
          thread.shutdownNow();
        }
        idle.memcached("after three failovers");
        idleOfGuest.exchange(50_000);
        busyOfGuest.exchange(50_000);
      }
      assertThat(traffic.judge().complaints()).isEmpty();
    }
  }

  private static int keepBusy(EchoedConnection connection, AtomicBoolean over) throws IOException {
    int exchanges = 0;
    while (!over.get()) {
      connection.exchange(2000);
      exchanges++;
    }
    return exchanges;
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

  private static void awaitWrites(TrafficProcess traffic, long number) {
    Await.until(
        "%d writes on each connection".formatted(number),
        Duration.ofMinutes(2),
        () ->
            traffic.status().stream()
                .filter(c -> c.protocol().writes())
                .allMatch(c -> c.acknowledgedWrites() >= number || c.broken() != null));
  }
}
