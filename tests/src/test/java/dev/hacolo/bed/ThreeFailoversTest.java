package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.process.Await;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
        List<Busy> all =
            List.of(
                new Busy("opened by the guest", number -> busyOfGuest.exchange(2000)),
                new Busy("opened by a client", number -> busy.memcached("value " + number)));
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
          for (Busy b : all) {
            b.awaitExchanges(20);
            b.end();
          }
        } finally {
          all.forEach(Busy::close);
        }
        idle.memcached("after three failovers");
        idleOfGuest.exchange(50_000);
        busyOfGuest.exchange(50_000);
        busy.memcached("last");
      }
    }
  }

  private static void goOn(List<Busy> all) throws Exception {
    for (Busy b : all) {
      b.awaitExchanges(5);
    }
  }

  private interface Exchange {
    void run(int number) throws IOException;
  }

  /** Exchanges one after the other, until the end. */
  private static final class Busy implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Future<Integer> result;
    private final String name;

    Busy(String name, Exchange exchange) {
      this.name = name;
      result =
          thread.submit(
              () -> {
                try {
                  while (!over.get()) {
                    exchange.run(done.get());
                    done.incrementAndGet();
                  }
                } catch (IOException e) {
                  throw new IOException("the connection %s broke".formatted(name), e);
                }
                return done.get();
              });
    }

    void awaitExchanges(int more) throws Exception {
      int from = done.get();
      Await.until(
          "%d more exchanges on the connection %s".formatted(more, name),
          Duration.ofSeconds(30),
          () -> done.get() >= from + more || result.isDone());
      if (result.isDone()) {
        assertThat(result.get()).as(name).isPositive();
      }
    }

    /** Fails with what went wrong, if anything did. */
    void end() throws Exception {
      over.set(true);
      assertThat(result.get(30, TimeUnit.SECONDS)).isPositive();
    }

    @Override
    public void close() {
      over.set(true);
      thread.shutdownNow();
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
