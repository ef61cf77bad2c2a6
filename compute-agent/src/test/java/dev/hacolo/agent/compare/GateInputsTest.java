package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.hacolo.agent.packet.Frame;
import org.junit.jupiter.api.Test;

/** Inputs of every kind pass the gate. */
final class GateInputsTest {
  /** Found live: an ARP request ended the protection of a pair. */
  @Test
  void framesWithoutATransportHeaderAreInputsToo() {
    PairRig rig = new PairRig().started();
    byte[] arp = new byte[12 + 42];
    arp[12 + 12] = 8;
    arp[12 + 13] = 6;
    assertThatCode(
            () -> {
              rig.input(0, new Frame(arp, 12));
              rig.input(0, new Frame(new byte[13], 12));
              rig.input(0, new Frame(new byte[0], 0));
            })
        .doesNotThrowAnyException();
  }
}
