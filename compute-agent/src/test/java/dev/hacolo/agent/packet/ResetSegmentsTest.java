package dev.hacolo.agent.packet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResetSegmentsTest {
  private static Frames segment(String source, String target) {
    return Frames.ip(source, target)
        .vlan(7)
        .tcp(80, 40_000)
        .sequence(-7)
        .acknowledgement(Integer.MAX_VALUE)
        .options(TcpOptions.timestamps(3, 4))
        .content("content");
  }

  private static Packet checked(Frame frame) {
    Packet packet = new Packet();
    assertThat(packet.parse(frame)).isEqualTo(Packet.Kind.TCP);
    assertThat(Checksums.isBroken(frame, packet)).isFalse();
    assertThat(packet.payloadLength()).isZero();
    assertThat(packet.window()).isZero();
    return packet;
  }

  @ParameterizedTest
  @CsvSource({"10.77.0.10, 10.77.0.1", "fd00::10, fd00::1"})
  void onwardsGoesTheSameWayAtTheNumberThatIsGiven(String source, String target) {
    Frame frame = segment(source, target).frame();
    Packet packet = new Packet();
    packet.parse(frame);
    byte[] before = frame.bytes().clone();
    Packet reset = checked(requireNonNull(ResetSegments.onwards(frame, packet, 12)));
    assertThat(reset.flags()).isEqualTo(Packet.RST | Packet.ACK);
    assertThat(reset.sequence()).isEqualTo(12);
    assertThat(reset.acknowledgement()).isEqualTo(Integer.MAX_VALUE);
    assertThat(reset.flow(new FlowKey(), 0, true)).isEqualTo(packet.flow(new FlowKey(), 0, true));
    assertThat(frame.bytes()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"10.77.0.10, 10.77.0.1", "fd00::10, fd00::1"})
  void backwardsIsWhatAClosedTcpAnswers(String source, String target) {
    Frame frame = segment(source, target).offloaded().frame();
    Packet packet = new Packet();
    packet.parse(frame);
    byte[] before = frame.bytes().clone();
    Frame made = requireNonNull(ResetSegments.backwards(frame, packet));
    Packet reset = checked(made);
    assertThat(made.needsChecksum()).isFalse();
    assertThat(reset.flags()).isEqualTo(Packet.RST);
    assertThat(reset.sequence()).isEqualTo(Integer.MAX_VALUE);
    assertThat(reset.acknowledgement()).isZero();
    assertThat(reset.flow(new FlowKey(), 0, false)).isEqualTo(packet.flow(new FlowKey(), 0, true));
    int mac = Frames.VNET;
    assertThat(made.bytes()[mac + 5]).isEqualTo(before[mac + 11]);
    assertThat(made.bytes()[mac + 11]).isEqualTo(before[mac + 5]);
    assertThat(frame.bytes()).isEqualTo(before);
  }
}
