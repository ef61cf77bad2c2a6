package dev.hacolo.agent.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.api.Test;

final class GateAndComparatorTest {
  private final PairRig rig = new PairRig().started();

  private static Frame guest(int sequence, String content) {
    return new Segments().tcp(Packet.ACK, sequence, 1, content.getBytes(US_ASCII));
  }

  @Test
  void differentCutsOfTheSameContentAreEqual() {
    rig.primary(0, guest(1000, "abcdef"));
    rig.primary(0, guest(1006, "gh"));
    rig.carry();
    assertThat(rig.released).isEmpty();
    rig.secondary(0, guest(1000, "abc"));
    rig.carry();
    assertThat(rig.verdicts).containsExactly(null, null);
    rig.secondary(0, guest(1003, "defgh"));
    rig.carry();
    assertThat(rig.verdicts).containsExactly(Verdict.EQUAL, Verdict.EQUAL);
    assertThat(rig.released).hasSize(2);
    assertThat(rig.comparator.statistics().waiting()).isZero();
  }

  @Test
  void aDifferenceHoldsTheConnectionUntilTheCheckpoint() {
    rig.primary(0, guest(1000, "abc"));
    rig.primary(0, guest(1003, "def"));
    rig.secondary(0, guest(1000, "abXdef"));
    rig.carry();
    assertThat(rig.verdicts).containsExactly(Verdict.DIFFERENT, Verdict.EQUAL);
    assertThat(rig.causes).containsExactly(CheckpointCause.DIVERGENCE);
    assertThat(rig.released).isEmpty();
    rig.checkpoint();
    assertThat(rig.released).hasSize(2);
    assertThat(rig.gate.statistics(rig.now).checkpointed()).isEqualTo(1);
  }

  @Test
  void nothingLeavesBeforeItsInputsAreStable() {
    Frame input = new Segments().fromGuest(false).tcp(Packet.ACK, 1, 1000, new byte[] {1});
    rig.input(0, input);
    rig.primary(0, guest(1000, ""));
    assertThat(rig.released).isEmpty();
    rig.carryToB();
    assertThat(rig.released).isEmpty();
    rig.carryToA();
    assertThat(rig.released).hasSize(1);
  }
}
