package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Packet.Kind.ARP;
import static dev.hacolo.agent.packet.Packet.Kind.FRAGMENT;
import static dev.hacolo.agent.packet.Packet.Kind.ICMP;
import static dev.hacolo.agent.packet.Packet.Kind.MALFORMED;
import static dev.hacolo.agent.packet.Packet.Kind.NEIGHBOUR_DISCOVERY;
import static dev.hacolo.agent.packet.Packet.Kind.OTHER;
import static dev.hacolo.agent.packet.Packet.Kind.OTHER_IP;
import static dev.hacolo.agent.packet.Packet.Kind.TCP;
import static dev.hacolo.agent.packet.Packet.Kind.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Packet} finds in frames; for TCP see {@link SegmentTest}. */
final class PacketTest {
  private static final byte[] ECHO = {8, 0, 0, 0, 0, 1, 0, 1};

  private final Packet packet = new Packet();

  private static Frames v4() {
    return Frames.ip("10.0.0.1", "10.0.0.2");
  }

  private static Frames v6() {
    return Frames.ip("fd00::1", "fd00::2");
  }

  private void is(Packet.Kind kind, Frames frames) {
    assertThat(packet.parse(frames.frame())).isEqualTo(kind);
    assertThat(packet.kind()).isEqualTo(kind);
  }

  private String content() {
    return new String(
        packet.data(), packet.payload(), packet.payloadLength(), StandardCharsets.ISO_8859_1);
  }

  private void assertWholeFrameIsContent() {
    assertThat(packet.payload()).isEqualTo(packet.start());
    assertThat(packet.payloadLength()).isEqualTo(packet.end() - packet.start());
    assertThat(packet.ipOffset()).isEqualTo(-1);
    assertThat(packet.transport()).isEqualTo(-1);
    assertThat(packet.protocol()).isEqualTo(-1);
    assertThat(packet.fragment()).isEqualTo(-1);
    assertThat(packet.v6()).isFalse();
  }

  @Test
  void whatOnePacketHadTheNextHasNot() {
    is(TCP, v6().vlan(3).tcp(1, 2).options(TcpOptions.timestamps(1, 2), TcpOptions.sack(1, 2)));
    is(UDP, v4().udp(1, 2).content("x"));
    assertThat(packet.timestamps()).isEqualTo(-1);
    assertThat(packet.sackLength()).isZero();
    assertThat(packet.v6()).isFalse();
    assertThat(packet.vlans()).isEqualTo(Packet.NO_VLANS);
    assertThatThrownBy(packet::sequence).isInstanceOf(AssertionError.class);
    packet.parse(new byte[9], 3, 4);
    assertThat(packet.kind()).isEqualTo(MALFORMED);
    assertWholeFrameIsContent();
  }

  @Test
  void aNewPacketIsAnEmptyFrame() {
    assertThat(packet.kind()).isEqualTo(MALFORMED);
    assertWholeFrameIsContent();
  }

  @ParameterizedTest
  @CsvSource({
    "5, -1, 005fff",
    "5, 6, 005006",
    "0, -1, ffffff",
    "0, 6, 006fff",
    "6, 0, 006fff",
    "0, 0, ffffff",
    "4094, 4094, ffeffe"
  })
  void vlansAreNamedByTheirIds(int outer, int inner, String expected) {
    Frames frames = v4().vlan(outer | 0x3000);
    is(TCP, (inner < 0 ? frames : frames.vlan(inner)).tcp(1, 2).content("x"));
    assertThat(packet.vlans()).isEqualTo(Integer.parseInt(expected, 16));
    assertThat(content()).isEqualTo("x");
  }

  @Test
  void tagsThatMeanNothingAreNotLookedBehind() {
    is(OTHER, v4().vlan(0xfff).tcp(1, 2));
    assertWholeFrameIsContent();
    is(OTHER, v4().vlan(1).vlan(2).vlan(3).tcp(1, 2));
    assertWholeFrameIsContent();
  }

  @Test
  void arpAndUnknownTypesAreContentAsAWhole() {
    is(ARP, Frames.ethernet(0x0806, new byte[28]).padded());
    assertWholeFrameIsContent();
    is(OTHER, Frames.ethernet(0x88cc, (byte) 1));
    assertWholeFrameIsContent();
    is(OTHER, Frames.ethernet(46, new byte[46])); // a length, not a type: IEEE 802.3
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 40})
  void ip4OptionsArePassedOver(int length) {
    is(UDP, v4().ipOptions(new byte[length]).udp(5, 6).content("data"));
    assertThat(packet.transport() - packet.ipOffset()).isEqualTo(20 + length);
    assertThat(content()).isEqualTo("data");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 43, 60})
  void ip6ExtensionsArePassedOver(int type) {
    for (int more = 0; more <= 2040; more += 680) {
      is(TCP, v6().extension(type, new byte[6 + more]).tcp(5, 6).content("data"));
      assertThat(packet.transport() - packet.ipOffset()).isEqualTo(48 + more);
      assertThat(packet.protocol()).isEqualTo(6);
      assertThat(content()).isEqualTo("data");
    }
  }

  @Test
  void allExtensionsOfAPacketArePassedOver() {
    Frames chain = v6().extension(0, new byte[6]).extension(60, new byte[14]);
    is(
        UDP,
        chain.extension(43, new byte[22]).fragment(0, false).extension(60, new byte[6]).udp(1, 2));
    assertThat(packet.fragment()).isEqualTo(-1);
    assertThat(packet.transport() - packet.ipOffset()).isEqualTo(40 + 8 + 16 + 24 + 8 + 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 51, 59, 132, 135, 139, 140, 253})
  void otherHeadersAreOtherProtocols(int type) {
    is(OTHER_IP, v6().protocol(type, new byte[24]));
    assertThat(packet.protocol()).isEqualTo(type);
    assertThat(packet.payloadLength()).isEqualTo(24);
    is(OTHER_IP, v4().protocol(type, new byte[24]));
    assertThat(packet.payloadLength()).isEqualTo(24);
  }

  @ParameterizedTest
  @CsvSource({"0, true, 2000", "185, true, 20b9", "185, false, 00b9", "8191, false, 1fff"})
  void fragmentsOfIp4(int units, boolean more, String field) {
    is(FRAGMENT, v4().fragment(units, more).protocol(6, (byte) 1, (byte) 2).padded());
    assertThat(packet.fragment()).isEqualTo(Integer.parseInt(field, 16));
    assertThat(packet.protocol()).isEqualTo(6);
    assertThat(packet.transport()).isEqualTo(-1);
    assertThat(content()).isEqualTo("\1\2");
  }

  @ParameterizedTest
  @CsvSource({"0, true, 1", "185, true, 1481", "185, false, 1480", "8191, false, 65528"})
  void fragmentsOfIp6(int units, boolean more, int field) {
    Frames frames = v6().extension(0, new byte[6]).fragment(units, more);
    is(FRAGMENT, frames.protocol(17, (byte) 1, (byte) 2).padded());
    assertThat(packet.fragment()).isEqualTo(field);
    assertThat(packet.protocol()).isEqualTo(17);
    assertThat(packet.transport()).isEqualTo(-1);
    assertThat(content()).isEqualTo("\1\2");
  }

  @Test
  void anAtomicFragmentIsAWholePacket() {
    is(TCP, v6().fragment(0, false).tcp(1, 2).content("x"));
    assertThat(packet.fragment()).isEqualTo(-1);
    assertThat(content()).isEqualTo("x");
  }

  @Test
  void icmpIsContentFromItsHeaderOn() {
    is(ICMP, v4().protocol(1, ECHO).padded());
    assertThat(packet.payloadLength()).isEqualTo(8);
    assertThat(packet.transport()).isEqualTo(packet.payload());
    is(ICMP, v6().protocol(58, (byte) 128, (byte) 0, (byte) 0, (byte) 0));
    assertThat(packet.payloadLength()).isEqualTo(4);
    is(OTHER_IP, v4().protocol(58, ECHO));
    is(OTHER_IP, v6().protocol(1, ECHO));
  }

  @ParameterizedTest
  @CsvSource({
    "132,0,255,ICMP",
    "133,0,255,NEIGHBOUR_DISCOVERY",
    "137,0,255,NEIGHBOUR_DISCOVERY",
    "138,0,255,ICMP",
    "135,1,255,ICMP",
    "135,0,254,ICMP"
  })
  void discoveryIsWhatAHostTakesForIt(int type, int code, int hopLimit, Packet.Kind kind) {
    is(kind, v6().hopLimit(hopLimit).protocol(58, (byte) type, (byte) code, (byte) 0, (byte) 0));
  }

  @Test
  void discoveryBehindAnExtensionIsSeen() {
    byte[] solicitation = new byte[24];
    solicitation[0] = (byte) 135;
    is(
        NEIGHBOUR_DISCOVERY,
        v6().hopLimit(255).extension(60, new byte[6]).protocol(58, solicitation));
  }

  @Test
  void paddingIsNoContent() {
    is(UDP, v4().udp(1, 2).content("x").padded());
    assertThat(packet.end() - packet.start()).isEqualTo(60);
    assertThat(content()).isEqualTo("x");
    is(TCP, v4().tcp(1, 2).padded());
    assertThat(packet.payloadLength()).isZero();
  }

  @Test
  void aGsoFrameOf64KibIsOneSegment() {
    byte[] much = new byte[65_535 - 40];
    is(TCP, v4().tcp(1, 2).content(much).offloaded());
    assertThat(packet.payloadLength()).isEqualTo(much.length);
  }

  @ParameterizedTest
  @CsvSource({
    // byte of the Ethernet frame that is changed, and to what
    "14, 0x55", // version
    "14, 0x44", // header length
    "14, 0x4f",
    "16, 0xff", // total length
    "17, 0x13",
    "46, 0x40", // TCP data offset
    "46, 0xf0",
  })
  void contradictionsOfIp4AndTcp(int at, String value) {
    Frame frame = v4().tcp(1, 2).content("some content").frame();
    assertThat(packet.parse(frame)).isEqualTo(TCP);
    frame.bytes()[Frames.VNET + at] = (byte) (int) Integer.decode(value);
    assertThat(packet.parse(frame)).isEqualTo(MALFORMED);
    assertWholeFrameIsContent();
  }

  @ParameterizedTest
  @CsvSource({
    "14, 0x40", // version
    "18, 0x10", // payload length
    "19, 0x1d",
    "19, 0x07",
    "55, 0x02", // length of the extension header
    "55, 0xff",
    "66, 0x01", // UDP length
    "67, 0x07",
  })
  void contradictionsOfIp6AndUdp(int at, String value) {
    Frame frame = v6().extension(0, new byte[6]).udp(1, 2).content("some content").frame();
    assertThat(packet.parse(frame)).isEqualTo(UDP);
    frame.bytes()[Frames.VNET + at] = (byte) (int) Integer.decode(value);
    assertThat(packet.parse(frame)).isEqualTo(MALFORMED);
    assertWholeFrameIsContent();
  }

  @Test
  void bytesBehindADatagramAreContent() {
    byte[] surplus = {0, 1, 0, 2, 0, 9, 0, 0, 'a', 'b'};
    is(UDP, v4().protocol(17, surplus));
    assertThat(content()).isEqualTo("ab");
  }
}
