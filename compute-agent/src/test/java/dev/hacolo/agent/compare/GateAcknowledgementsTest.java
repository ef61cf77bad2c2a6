package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.api.Test;

/** What the gate tells in front of a mark of the clients' streams. */
final class GateAcknowledgementsTest {
  private static Frame guest(int port, int flags, int ack) {
    return new Segments().ports(80, port).tcp(flags, 1000, ack, new byte[0]);
  }

  private static Frame client(int port, int flags, int sequence) {
    return new Segments().fromGuest(false).ports(80, port).tcp(flags, sequence, 1, new byte[0]);
  }

  @Test
  void theNewestIsToldOnceAtEachCertainSeal() {
    PairRig rig = new PairRig();
    rig.primary(0, guest(1, Packet.ACK, -5));
    rig.primary(0, guest(1, Packet.ACK, 7));
    rig.primary(0, guest(1, Packet.ACK, -2)); // older
    rig.primary(0, guest(2, Packet.ACK, 9));
    assertThat(rig.acknowledgements).isEmpty();
    rig.checkpoint();
    assertThat(rig.acknowledgements).containsExactly("1 7", "2 9");
    rig.acknowledgements.clear();
    rig.primary(0, guest(1, Packet.ACK, 7));
    rig.primary(0, guest(2, Packet.ACK, 12));
    rig.checkpoint();
    assertThat(rig.acknowledgements).containsExactly("2 12");
  }

  @Test
  void atAnUncertainSealNothingIsToldAndNothingForgotten() {
    PairRig rig = new PairRig().started();
    rig.primary(0, guest(1, Packet.ACK, 7));
    rig.seal(2, false);
    assertThat(rig.acknowledgements).isEmpty();
    rig.seal(3, true);
    assertThat(rig.acknowledgements).containsExactly("1 7");
  }

  @Test
  void segmentsWithoutAcknowledgementTellNothing() {
    PairRig rig = new PairRig().started();
    rig.primary(0, guest(1, Packet.SYN, 7));
    rig.seal(2, true);
    assertThat(rig.acknowledgements).isEmpty();
  }

  @Test
  void aNewConnectionOfTheSamePortsBeginsAnew() {
    PairRig rig = new PairRig().started();
    rig.primary(0, guest(1, Packet.ACK, 5000));
    rig.input(0, client(1, Packet.SYN, 99));
    rig.seal(2, true);
    assertThat(rig.acknowledgements).isEmpty();
    rig.primary(0, guest(1, Packet.SYN | Packet.ACK, 100));
    rig.seal(3, true);
    assertThat(rig.acknowledgements).containsExactly("1 100");
  }

  @Test
  void aConnectionThatGaveWayIsNotTold() {
    GatePolicy d = GatePolicy.DEFAULT;
    GatePolicy small =
        new GatePolicy(
            d.release(),
            d.maxHoldNanos(),
            d.softFrames(),
            d.hardFrames(),
            d.softBytes(),
            d.hardBytes(),
            16,
            d.closedNanos());
    PairRig rig = new PairRig(small, ComparatorLimits.DEFAULT).started();
    for (int port = 1; port <= 18; port++) {
      rig.primary(0, guest(port, Packet.ACK, port));
    }
    rig.seal(2, true);
    assertThat(rig.acknowledgements).hasSize(16).doesNotContain("1 1", "2 2").contains("18 18");
  }
}
