package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Packet.Kind.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Packet} finds in TCP segments. */
final class SegmentTest {
  private final Packet packet = new Packet();

  private static Frames v4() {
    return Frames.ip("10.0.0.1", "10.0.0.2");
  }

  static Stream<Frames> bothVersions() {
    return Stream.of(v4(), Frames.ip("fd00::1", "fd00::2"));
  }

  private void isSegment(Frames frames) {
    assertThat(packet.parse(frames.frame())).isEqualTo(TCP);
  }

  private String content() {
    return new String(
        packet.data(), packet.payload(), packet.payloadLength(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @MethodSource("bothVersions")
  void aSegmentIsTakenApart(Frames ip) {
    int all = Packet.FIN | Packet.PSH | Packet.ACK;
    isSegment(
        ip.tcp(40000, 80).sequence(-5).acknowledgement(7).flags(all).window(99).content("abc"));
    assertThat(packet.sequence()).isEqualTo(-5);
    assertThat(packet.acknowledgement()).isEqualTo(7);
    assertThat(packet.flags()).isEqualTo(all);
    assertThat(packet.has(Packet.FIN)).isTrue();
    assertThat(packet.has(Packet.SYN)).isFalse();
    assertThat(packet.window()).isEqualTo(99);
    assertThat(packet.sequenceLength()).isEqualTo(4);
    assertThat(packet.protocol()).isEqualTo(6);
    assertThat(packet.start()).isEqualTo(Frames.VNET);
    assertThat(packet.ipOffset()).isEqualTo(Frames.VNET + 14);
    assertThat(packet.vlans()).isEqualTo(Packet.NO_VLANS);
    assertThat(content()).isEqualTo("abc");
  }

  @ParameterizedTest
  @MethodSource("bothVersions")
  void aFlowIsTheSameInBothDirections(Frames ip) {
    isSegment(ip.vlan(7).tcp(40000, 80));
    FlowKey there = packet.flow(new FlowKey(), 3, false);
    Frames back = packet.v6() ? Frames.ip("fd00::2", "fd00::1") : Frames.ip("10.0.0.2", "10.0.0.1");
    isSegment(back.vlan(7).tcp(80, 40000));
    FlowKey here = packet.flow(new FlowKey(), 3, true);
    assertThat(here).isEqualTo(there).hasSameHashCodeAs(there);
    assertThat(here.guestPort()).isEqualTo(80);
    assertThat(here.clientPort()).isEqualTo(40000);
    assertThat(here.toString())
        .isEqualTo(
            here.v6()
                ? "nic3 [fd00:0:0:0:0:0:0:2]:80-[fd00:0:0:0:0:0:0:1]:40000 vlans 7fff"
                : "nic3 10.0.0.2:80-10.0.0.1:40000 vlans 7fff");
  }

  @ParameterizedTest
  @MethodSource("bothVersions")
  void allTcpOptionsAreFound(Frames ip) {
    isSegment(
        ip.tcp(1, 2)
            .flags(Packet.SYN)
            .options(
                TcpOptions.maxSegment(1460),
                TcpOptions.sackPermitted(),
                TcpOptions.timestamps(11, 22),
                TcpOptions.noOperation(),
                TcpOptions.windowScale(9)));
    assertThat(packet.maxSegment()).isEqualTo(1460);
    assertThat(packet.sackPermitted()).isTrue();
    assertThat(packet.windowScale()).isEqualTo(9);
    assertThat(Bytes.i32(packet.data(), packet.timestamps())).isEqualTo(11);
    assertThat(Bytes.i32(packet.data(), packet.timestamps() + 4)).isEqualTo(22);
    assertThat(packet.sack()).isEqualTo(-1);
    assertThat(packet.sequenceLength()).isEqualTo(1);
    isSegment(ip.flags(Packet.ACK).options(TcpOptions.sack(5, 6, 7, 8)));
    assertThat(packet.sackLength()).isEqualTo(16);
    assertThat(Bytes.i32(packet.data(), packet.sack() + 12)).isEqualTo(8);
    assertNoSynOptions();
    assertThat(packet.timestamps()).isEqualTo(-1);
  }

  private void assertNoSynOptions() {
    assertThat(packet.maxSegment()).isEqualTo(-1);
    assertThat(packet.sackPermitted()).isFalse();
    assertThat(packet.windowScale()).isEqualTo(-1);
  }

  /** Each list is followed by timestamps, which are found or not. */
  @ParameterizedTest
  @CsvSource({
    "'', true", // nothing in front
    "'01 01 01 01', true",
    "'02 03 05 01', true", // wrong sizes are passed over
    "'03 04 05 06', true",
    "'04 03 01 01', true",
    "'05 04 01 01', true",
    "'05 0b 01 02 03 04 05 06 07 08 09 01', true",
    "'08 04 01 01', true",
    "'fe 04 00 00', true", // an unknown one
    "'00', false", // an end of the list
    "'02 00', false", // sizes that cannot be
    "'02 01', false",
    "'fe ff', false",
  })
  void brokenOptionsDoNotMislead(String front, boolean found) {
    byte[] bytes = HexFormat.of().parseHex(front.replace(" ", ""));
    isSegment(v4().tcp(1, 2).options(bytes, TcpOptions.timestamps(3, 4)).content("x"));
    assertThat(packet.timestamps() != -1).isEqualTo(found);
    assertNoSynOptions();
    assertThat(packet.sack()).isEqualTo(-1);
    assertThat(content()).isEqualTo("x");
  }

  @Test
  void anOptionMayNotReachIntoTheContent() {
    isSegment(v4().tcp(1, 2).options(new byte[] {1, 1, 8, 10}).content("12345678"));
    assertThat(packet.timestamps()).isEqualTo(-1);
    isSegment(v4().tcp(1, 2).options(new byte[] {1, 1, 1, 3}).content("12345678"));
    assertNoSynOptions();
  }

  @Test
  void windowScaleEndsAt14() {
    isSegment(v4().tcp(1, 2).flags(Packet.SYN).options(TcpOptions.windowScale(200)));
    assertThat(packet.windowScale()).isEqualTo(14);
  }
}
