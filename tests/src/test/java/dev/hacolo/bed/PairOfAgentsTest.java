package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.traffic.TrafficMessage;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.bed.traffic.TrafficVerdict;
import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.SessionTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two agents, a real guest and clients, without the service: protect, break something, go on. */
@Tag("two-node")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class PairOfAgentsTest {
  /** What a test does with a protected guest under traffic. */
  private interface Scene {
    void play(DirectGuest guest, AgentPair pair, TrafficProcess traffic) throws Exception;
  }

  @Test
  void clientsOfAProtectedGuestNoticeAPauseWhenItsNodeDies() throws Exception {
    protectedGuest(
        List.of(),
        List.of(),
        (guest, pair, traffic) -> {
          long killed = System.nanoTime();
          guest.qemu().kill();
          pair.killAgent("node-a");
          guest.qemu().killAndWait();
          assertAnsweredWithin(traffic, killed, 2000);
          assertThat(pair.arbiter().claims()).isNotEmpty().allMatch(c -> c.host().equals("node-b"));
        });
  }

  @Test
  void severalNicsAndDisksFollowTheGuestThereAndBack() throws Exception {
    GuestDescription.Nic nic =
        new GuestDescription.Nic(
            "net1", "e1000", "52:54:00:00:00:77", "06", "tap-second", TwoNodeNetwork.GUEST_BRIDGE);
    GuestDescription.Disk disk = new GuestDescription.Disk("vdb", "07", "raw", 16 << 20);
    protectedGuest(
        List.of(nic),
        List.of(disk),
        (guest, pair, traffic) -> {
          guest.qemu().killAndWait();
          pair.killAgent("node-a");
          pair.awaitPhase("node-b", "SOLO");
          pair.start("node-a");
          pair.protect("node-b", "node-a", 3);
          pair.killSecondary("node-b");
          pair.awaitPhase("node-a", "SOLO");
        });
  }

  @Test
  void aPrimaryWhoseQemuAloneDiesIsReplacedAtOnce() throws Exception {
    protectedGuest(
        List.of(),
        List.of(),
        (guest, pair, traffic) -> {
          long killed = System.nanoTime();
          guest.qemu().killAndWait();
          assertAnsweredWithin(traffic, killed, 2000);
          assertThat(pair.arbiter().claims())
              .anyMatch(c -> c.kind() == Claim.Kind.RENOUNCE && c.host().equals("node-a"));
          assertThat(pair.awaitPhase("node-a", "GONE").required("guest_running").asBoolean())
              .isFalse();
        });
  }

  @Test
  void theLossOfTheSecondaryCostsOnlyTheProtection() throws Exception {
    protectedGuest(
        List.of(),
        List.of(),
        (guest, pair, traffic) -> {
          assertThat(pair.killSecondary("node-b")).isEqualTo(1);
          pair.awaitPhase("node-a", "SOLO");
          pair.awaitPhase("node-b", "GONE");
          guest.qemu().requireAlive();
          pair.protect("node-a", "node-b", 3);

          // While it is being attached: undone, said why, and the next try succeeds.
          pair.order("node-b", SessionTarget.STAND_DOWN, 4);
          pair.order("node-a", SessionTarget.SOLO, 4);
          pair.awaitPhase("node-a", "SOLO");
          pair.beginProtection("node-a", "node-b", 5);
          assertThat(pair.killSecondary("node-b")).isEqualTo(1);
          JsonNode failed = pair.awaitPhase("node-a", "FAILED");
          assertThat(failed.required("reason").asText()).isNotBlank();
          guest.qemu().requireAlive();
          pair.protect("node-a", "node-b", 6);

          // Taken off on purpose: nothing of it is left, and the guest runs on.
          pair.order("node-b", SessionTarget.STAND_DOWN, 7);
          pair.order("node-a", SessionTarget.ABSENT, 7);
          Await.until(
              "the session to be forgotten",
              Duration.ofSeconds(20),
              () -> pair.host("node-a").required("sessions").isEmpty());
          guest.qemu().requireAlive();
        });
  }

  private static void protectedGuest(
      List<GuestDescription.Nic> moreNics, List<GuestDescription.Disk> moreDisks, Scene scene)
      throws Exception {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      bed.network()
          .control()
          .call(
              () -> {
                play(bed, moreNics, moreDisks, scene);
                return true;
              });
    }
  }

  private static void play(
      TwoNodeBed bed,
      List<GuestDescription.Nic> moreNics,
      List<GuestDescription.Disk> moreDisks,
      Scene scene)
      throws Exception {
    DirectGuest guest = bed.startGuest("node-a", describe(bed, moreNics, moreDisks));
    try (AgentPair pair = new AgentPair(bed, guest.description())) {
      TrafficProcess traffic = bed.startTraffic();
      guest.awaitUp();
      traffic.open(2);
      awaitWrites(traffic, 20);
      pair.protect("node-a", "node-b", 1);
      traffic.open(2);
      awaitWrites(traffic, 100);
      traffic.measureGapsAnew();

      scene.play(guest, pair, traffic);

      awaitMoreWrites(traffic, 100);
      TrafficVerdict verdict = traffic.judge();
      assertThat(verdict.complaints()).isEmpty();
    }
  }

  private static GuestDescription describe(
      TwoNodeBed bed, List<GuestDescription.Nic> moreNics, List<GuestDescription.Disk> moreDisks) {
    GuestDescription plain =
        GuestBlueprint.DEFAULT.describe(UUID.randomUUID(), bed.emulator(), bed.image());
    List<GuestDescription.Nic> nics = new ArrayList<>(plain.nics());
    nics.addAll(moreNics);
    List<GuestDescription.Disk> disks = new ArrayList<>(plain.disks());
    disks.addAll(moreDisks);
    return new GuestDescription(
        plain.uuid(),
        plain.name(),
        plain.machine(),
        plain.accelerator(),
        plain.cpu(),
        plain.vcpus(),
        plain.memoryKib(),
        plain.boot(),
        nics,
        disks);
  }

  private static void assertAnsweredWithin(TrafficProcess traffic, long killed, double limitMs) {
    TrafficMessage.Event answer =
        traffic.firstAnswerAfter(System.nanoTime(), Duration.ofSeconds(20));
    assertThat((answer.at() - killed) / 1e6).isLessThan(limitMs);
  }

  private static void awaitMoreWrites(TrafficProcess traffic, long more) {
    long most =
        traffic.status().stream()
            .filter(c -> c.protocol().writes())
            .mapToLong(c -> c.acknowledgedWrites())
            .max()
            .orElseThrow();
    awaitWrites(traffic, most + more);
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
