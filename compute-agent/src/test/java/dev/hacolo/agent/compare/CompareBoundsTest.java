package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.api.Test;

final class CompareBoundsTest {
  private static final int FLOWS = 100_000;

  private static Frame guest(int flow, int sequence, byte[] content) {
    return new Segments()
        .ports(80 + flow / 50_000, 1000 + flow % 50_000)
        .tcp(Packet.ACK, sequence, 1, content);
  }

  private static long usedMemory() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aHundredThousandConnectionsTakeLessThanOneKibibyteEach() {
    long before = usedMemory();
    PairRig rig = new PairRig().started();
    byte[] content = {1};
    for (int flow = 0; flow < FLOWS; flow++) {
      rig.secondary(0, guest(flow, flow, content));
      rig.primary(0, guest(flow, flow, content));
      rig.input(
          0,
          new Segments()
              .fromGuest(false)
              .ports(80 + flow / 50_000, 1000 + flow % 50_000)
              .tcp(Packet.ACK, 1, flow + 1, new byte[0]));
      rig.carry();
    }
    assertThat(rig.released).hasSize(FLOWS);
    assertThat(rig.gate.statistics(0).flows()).isEqualTo(FLOWS);
    assertThat(rig.gate.statistics(0).evictedFlows()).isZero();
    assertThat(rig.comparator.statistics().flows()).isEqualTo(FLOWS);
    assertThat(rig.comparator.statistics().bytes()).isZero();
    rig.forget();
    long taken = (usedMemory() - before) / FLOWS;
    System.out.println("bytes for an idle connection at both sides together: " + taken);
    assertThat(taken).isLessThan(1024);
    assertThat(rig.gate.inputs()).isEqualTo(FLOWS);
  }

  @Test
  void oneMoreConnectionPutsOutTheOneThatWasIdleForTheLongestTime() {
    PairRig rig = new PairRig().started();
    for (int flow = 0; flow <= FLOWS; flow++) {
      rig.primary(0, guest(flow, flow, new byte[0]));
    }
    assertThat(rig.gate.statistics(0).flows()).isEqualTo(FLOWS);
    assertThat(rig.gate.statistics(0).evictedFlows()).isEqualTo(1);
  }

  @Test
  void contentOfTheSecondaryBeyondTheBoundCostsNoWrongVerdict() {
    ComparatorLimits small = new ComparatorLimits(1 << 20, 1 << 20, 16, 16, 16, 16, 16);
    PairRig rig = new PairRig(GatePolicy.DEFAULT, small).started();
    byte[] content = new byte[1000];
    int position = 0;
    for (int i = 0; i < 1500; i++) {
      rig.secondary(0, guest(0, position, content));
      position += content.length;
    }
    rig.secondary(0, new Segments().ports(80, 1000).tcp(Packet.RST, position, 1, new byte[0]));
    assertThat(rig.comparator.statistics().droppedOutputs()).isPositive();
    assertThat(rig.comparator.statistics().bytes()).isLessThan((1 << 20) + 2000);
    assertThat(rig.causes).containsExactly(CheckpointCause.SECONDARY_BOUND);
    rig.primary(0, guest(0, position - content.length, content));
    rig.carry();
    assertThat(rig.verdicts).containsOnlyNulls();
    rig.checkpoint();
    assertThat(rig.released).hasSize(1);
  }

  @Test
  void faultsOfTheCallerAreExceptions() {
    PairRig rig = new PairRig().started();
    assertThatThrownBy(() -> rig.gate.sealed(3, true)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.gate.verdict(0, Verdict.EQUAL))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.gate.inputsStable(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.comparator.epochMark(1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void policiesHaveRanges() {
    assertThatThrownBy(() -> GatePolicy.DEFAULT.withMaxHold(999_999))
        .hasMessageContaining("maxHoldNanos");
    assertThatThrownBy(() -> GatePolicy.DEFAULT.withMaxHold(60_000_000_001L))
        .hasMessageContaining("maxHoldNanos");
    assertThat(GatePolicy.DEFAULT.maxHoldNanos()).isEqualTo(1_000_000_000);
    assertThat(GatePolicy.DEFAULT.withRelease(GatePolicy.Release.ALL).hardFrames())
        .isEqualTo(65_536);
    assertThatThrownBy(() -> new ComparatorLimits(1 << 20, 1, 16, 16, 16, 16, 16))
        .hasMessageContaining("hardBytes");
    assertThatThrownBy(() -> new ComparatorLimits(1 << 20, 1 << 20, 16, 16, 16, 15, 16))
        .hasMessageContaining("hardDatagrams");
  }
}
