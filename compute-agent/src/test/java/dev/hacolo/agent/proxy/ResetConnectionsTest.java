package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.api.Test;

class ResetConnectionsTest {
  private final ResetConnections resets = new ResetConnections();

  private static FlowKey flow(int port) {
    return new FlowKey().set(0, Packet.NO_VLANS, false, 0, 2, 80, 0, port / 50_000, port % 50_000);
  }

  private static Packet syn(int flags, int sequence, int acknowledgement) {
    Packet packet = new Packet();
    packet.parse(
        Frames.ip("10.0.0.1", "10.0.0.2")
            .tcp(1, 2)
            .flags(flags)
            .sequence(sequence)
            .acknowledgement(acknowledgement)
            .frame());
    return packet;
  }

  @Test
  void aGuestThatWasToldIsForgottenAfterItsSilence() {
    resets.add(flow(1), 0);
    resets.tick(ResetConnections.MEMORY_NANOS + 1);
    assertThat(resets.has(flow(1))).isTrue();
    resets.told(flow(1), 100);
    resets.told(flow(1), 200);
    resets.tick(200 + ResetConnections.MEMORY_NANOS);
    assertThat(resets.has(flow(1))).isTrue();
    resets.tick(201 + ResetConnections.MEMORY_NANOS);
    assertThat(resets.isEmpty()).isTrue();
  }

  @Test
  void aGuestThatNeverSpeaksIsForgottenAfterDays() {
    resets.add(flow(1), 0);
    resets.tick(ResetConnections.SILENCE_NANOS);
    assertThat(resets.isEmpty()).isFalse();
    resets.tick(ResetConnections.SILENCE_NANOS + 1);
    assertThat(resets.isEmpty()).isTrue();
  }

  @Test
  void onlyTheAnswerToASynBeginsAnotherConnection() {
    int synAck = Packet.SYN | Packet.ACK;
    resets.add(flow(1), 0);
    assertThat(resets.begins(flow(1), syn(synAck, 5, 78))).isFalse();
    assertThat(resets.asks(flow(1), syn(Packet.SYN, 77, 0))).isTrue();
    assertThat(resets.begins(flow(1), syn(synAck, 5, 79))).isFalse();
    resets.told(flow(1), 1);
    assertThat(resets.begins(flow(1), syn(synAck, 5, 78))).isTrue();
    assertThat(resets.isEmpty()).isTrue();

    resets.add(flow(1), 0);
    assertThat(resets.begins(flow(1), syn(Packet.SYN, 5, 0))).isTrue();
    assertThat(resets.isEmpty()).isTrue();
  }

  @Test
  void theirNumberIsBounded() {
    for (int i = 0; i <= ResetConnections.MAX_CONNECTIONS; i++) {
      resets.add(flow(i), i);
    }
    assertThat(resets.has(flow(0))).isFalse();
    assertThat(resets.has(flow(1))).isTrue();
    resets.told(flow(9), 1);
    resets.add(flow(0), 1);
    assertThat(resets.has(flow(9))).isFalse();
    assertThat(resets.has(flow(1))).isTrue();
  }
}
