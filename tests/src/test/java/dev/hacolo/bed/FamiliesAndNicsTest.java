package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.NetworkNamespace;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Command;
import dev.hacolo.common.api.GuestDescription;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connections over IPv4 and IPv6, to a virtio NIC and to an e1000, some busy and some idle, live
 * through a failover and another one back. All were opened in an epoch in which the two VMs count
 * them in different numbers.
 */
@Tag("two-node")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class FamiliesAndNicsTest {
  private static final int MEMCACHED = 11211;
  private static final String SECOND_MAC = "52:54:00:00:00:77";

  /** Of the guest; in front of it the client's in the same network. */
  private static final String[][] WAYS = {
    {"10.77.0.1/24", GuestBlueprint.ADDRESS},
    {"fd77::1/64", "fd77::10"},
    {"10.79.0.1/24", "10.79.0.10"},
    {"fd79::1/64", "fd79::10"},
  };

  @Test
  void connectionsOfBothFamiliesToBothNicsSurviveTwoFailovers() throws Exception {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      for (int way = 1; way < WAYS.length; way++) {
        bed.network().addClientAddress(WAYS[way][0]);
      }
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
    DirectGuest guest = bed.startGuest("node-a", describe(bed));
    try (AgentPair pair = new AgentPair(bed, guest.description())) {
      guest.awaitUp();
      pair.protect("node-a", "node-b", 1);
      List<EchoedConnection> idle = new ArrayList<>();
      List<EchoedConnection> busy = new ArrayList<>();
      try {
        for (String[] way : WAYS) {
          idle.add(open(bed.network().client(), way[1]));
          busy.add(open(bed.network().client(), way[1]));
        }
        for (EchoedConnection connection : idle) {
          connection.memcached("before");
        }
        assertThat(neighbours(bed.network().client()))
            .as("the guest's addresses are on two NICs")
            .contains(WAYS[2][1] + " dev data lladdr " + SECOND_MAC)
            .contains(WAYS[3][1] + " dev data lladdr " + SECOND_MAC)
            .doesNotContain(WAYS[0][1] + " dev data lladdr " + SECOND_MAC)
            .doesNotContain(WAYS[1][1] + " dev data lladdr " + SECOND_MAC);
        fail(pair, guest, busy);
        for (EchoedConnection connection : idle) {
          connection.memcached("after two failovers");
        }
      } finally {
        for (EchoedConnection connection : idle) {
          connection.close();
        }
        for (EchoedConnection connection : busy) {
          connection.close();
        }
      }
    }
  }

  private static String neighbours(NetworkNamespace client) {
    return Command.run("ip", "-n", client.name(), "-4", "neigh")
        + Command.run("ip", "-n", client.name(), "-6", "neigh");
  }

  private static void fail(AgentPair pair, DirectGuest guest, List<EchoedConnection> connections)
      throws Exception {
    List<BusyConnection> all = new ArrayList<>();
    try {
      for (int way = 0; way < WAYS.length; way++) {
        EchoedConnection connection = connections.get(way);
        all.add(
            new BusyConnection(
                "to " + WAYS[way][1], number -> connection.memcached(value(number))));
      }
      goOn(all);
      guest.qemu().killAndWait();
      pair.awaitPhase("node-b", "SOLO");
      assertThat(pair.metric("node-b", "ha_colo_translated_flows"))
          .as("all were opened within the epoch")
          .isEqualTo(2.0 * WAYS.length);
      goOn(all);
      pair.protect("node-b", "node-a", 3);
      goOn(all);
      pair.killSecondary("node-b");
      pair.awaitPhase("node-a", "SOLO");
      for (BusyConnection connection : all) {
        connection.awaitExchanges(20);
        connection.end();
      }
    } finally {
      all.forEach(BusyConnection::close);
    }
  }

  /** Of one frame mostly, sometimes of several both ways. */
  private static String value(int number) {
    return "value %d ".formatted(number).repeat(number % 10 == 0 ? 1000 : 1);
  }

  private static void goOn(List<BusyConnection> all) throws Exception {
    for (BusyConnection connection : all) {
      connection.awaitExchanges(5);
    }
  }

  private static EchoedConnection open(NetworkNamespace client, String address) throws Exception {
    return client.call(
        () -> {
          Socket socket = new Socket();
          socket.connect(new InetSocketAddress(address, MEMCACHED), 10_000);
          return new EchoedConnection(socket);
        });
  }

  private static GuestDescription describe(TwoNodeBed bed) {
    GuestDescription plain =
        GuestBlueprint.DEFAULT.describe(UUID.randomUUID(), bed.emulator(), bed.image());
    GuestDescription.Boot boot = plain.boot();
    assertThat(boot).isNotNull();
    String addresses =
        "ha.ip=%s/24,%s/24 ha.ip6=%s/64,%s/64"
            .formatted(WAYS[0][1], WAYS[2][1], WAYS[1][1], WAYS[3][1]);
    List<GuestDescription.Nic> nics = new ArrayList<>(plain.nics());
    nics.add(
        new GuestDescription.Nic(
            "net1", "e1000", SECOND_MAC, "06", "tap-second", TwoNodeNetwork.GUEST_BRIDGE));
    return new GuestDescription(
        plain.uuid(),
        plain.name(),
        plain.machine(),
        plain.accelerator(),
        plain.cpu(),
        plain.vcpus(),
        plain.memoryKib(),
        new GuestDescription.Boot(
            boot.kernel(),
            boot.initrd(),
            boot.append().replace("ha.ip=%s/24".formatted(GuestBlueprint.ADDRESS), addresses)),
        nics,
        plain.disks());
  }
}
