package dev.hacolo.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The parser says of no bytes what is not in them. */
final class PacketRandomTest {
  private static final int MUTATIONS = 300_000;

  static final List<Frames> VALID =
      List.of(
          Frames.ip("10.0.0.1", "10.0.0.2").tcp(1, 2).content("some content"),
          Frames.ip("10.0.0.1", "10.0.0.2")
              .vlan(1)
              .vlan(2)
              .ipOptions((byte) 7, (byte) 3, (byte) 4)
              .tcp(1, 2)
              .options(TcpOptions.timestamps(1, 2), TcpOptions.sack(3, 4, 5, 6)),
          Frames.ip("10.0.0.1", "10.0.0.2").udp(1, 2).content("x").padded(),
          Frames.ip("10.0.0.1", "10.0.0.2").fragment(0, true).protocol(17, new byte[64]),
          Frames.ip("10.0.0.1", "10.0.0.2").protocol(1, new byte[16]),
          Frames.ip("fd00::1", "fd00::2")
              .extension(0, new byte[6])
              .extension(43, new byte[14])
              .fragment(0, false)
              .extension(60, new byte[6])
              .tcp(1, 2)
              .flags(Packet.SYN)
              .options(
                  TcpOptions.maxSegment(1400),
                  TcpOptions.sackPermitted(),
                  TcpOptions.windowScale(7),
                  TcpOptions.timestamps(1, 2)),
          Frames.ip("fd00::1", "fd00::2").vlan(9).fragment(3, true).protocol(6, new byte[40]),
          Frames.ip("fd00::1", "fd00::2").extension(60, new byte[6]).udp(1, 2).content("xyz"),
          Frames.ip("fd00::1", "fd00::2")
              .hopLimit(255)
              .protocol(58, new byte[] {(byte) 135, 0, 0, 0}),
          Frames.ip("fd00::1", "fd00::2").protocol(51, new byte[24]),
          Frames.ethernet(0x0806, new byte[28]));

  private final Packet packet = new Packet();

  /** A frame that is cut is parsed as if nothing stood behind it. */
  @Test
  void truncatedAtEveryLength() {
    for (Frames frames : VALID) {
      Frame whole = frames.frame();
      for (int length = 0; length < whole.ethernetLength(); length++) {
        packet.parse(whole.bytes(), Frames.VNET, length);
        PacketInvariants.check(packet);
        Packet alone = new Packet();
        alone.parse(new Frame(Arrays.copyOf(whole.bytes(), Frames.VNET + length), Frames.VNET));
        assertThat(alone.kind()).isEqualTo(packet.kind());
        assertThat(alone.payload()).isEqualTo(packet.payload());
        assertThat(alone.payloadLength()).isEqualTo(packet.payloadLength());
      }
    }
  }

  @Test
  void noIpPacketSurvivesTheLossOfItsEnd() {
    Frame whole = Frames.ip("10.0.0.1", "10.0.0.2").tcp(1, 2).content("some content").frame();
    for (int length = 14; length < whole.ethernetLength(); length++) {
      assertThat(packet.parse(whole.bytes(), Frames.VNET, length))
          .as("length %d", length)
          .isEqualTo(Packet.Kind.MALFORMED);
    }
  }

  @Test
  void randomMutationsOfValidFrames() {
    long seed = 7;
    Random random = new Random(seed);
    Set<Packet.Kind> seen = EnumSet.noneOf(Packet.Kind.class);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = VALID.get(random.nextInt(VALID.size())).ethernet();
      for (int changes = random.nextInt(5); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      try {
        seen.add(packet.parse(bytes, 0, length));
        PacketInvariants.check(packet);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed %d, mutation %d".formatted(seed, i), e);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(Packet.Kind.values());
  }
}
