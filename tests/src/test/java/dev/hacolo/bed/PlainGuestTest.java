package dev.hacolo.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.process.Await;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.traffic.ConnectionRecord.Snapshot;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.bed.traffic.TrafficVerdict;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bed's own parts on a guest that nothing protects. */
@Tag("two-node")
class PlainGuestTest {
  @Test
  void trafficIsFoundGoodOnALivingGuestAndBadOnAKilledOne() {
    try (TwoNodeBed bed = TwoNodeBed.create()) {
      DirectGuest guest = bed.startGuest("node-a", UUID.randomUUID(), GuestBlueprint.DEFAULT);
      TrafficProcess traffic = bed.startTraffic();
      guest.awaitUp();

      traffic.open(2);
      Await.until(
          "200 writes on each connection",
          Duration.ofMinutes(1),
          () ->
              traffic.status().stream()
                  .filter(c -> c.protocol().writes())
                  .allMatch(c -> c.acknowledgedWrites() >= 200));
      TrafficVerdict living = traffic.judge();
      assertThat(living.complaints()).isEmpty();
      assertThat(living.connections()).isEqualTo(6);
      assertThat(living.ackedWrites()).isGreaterThanOrEqualTo(800);

      traffic.resume();
      guest.qemu().killAndWait();
      long died = System.nanoTime();
      assertThatThrownBy(() -> traffic.firstAnswerAfter(died, Duration.ofSeconds(3)))
          .isInstanceOf(BedException.class);
      Await.until(
          "all connections to be found silent",
          Duration.ofSeconds(40),
          () -> traffic.status().stream().map(Snapshot::broken).allMatch(b -> b != null));
      assertThat(traffic.status())
          .allSatisfy(c -> assertThat(c.broken()).contains("silent for more than 20000 ms"));
    }
  }
}
