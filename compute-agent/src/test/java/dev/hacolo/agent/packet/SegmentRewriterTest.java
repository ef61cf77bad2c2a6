package dev.hacolo.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Checks each change against a frame that is built anew with the changed numbers. */
final class SegmentRewriterTest {
  private static final int ROUNDS = 4_000;

  private final Packet packet = new Packet();

  /** All that a segment may differ in; built by slow code of the test's own. */
  private static final class Segment {
    boolean v6;
    int vlans;
    boolean ipOptions;
    boolean extension;
    boolean offloaded;
    boolean stamped;
    int leading;
    int sequence;
    int acknowledgement;
    int flags;
    int window;
    int value;
    int echo;
    int[] sack = {};
    byte[] content = {};

    static Segment random(Random random) {
      Segment made = new Segment();
      made.v6 = random.nextBoolean();
      made.vlans = random.nextInt(3);
      made.ipOptions = random.nextBoolean();
      made.extension = random.nextBoolean();
      made.offloaded = random.nextInt(4) == 0;
      made.stamped = random.nextInt(4) != 0;
      made.leading = random.nextInt(4);
      made.sequence = number(random);
      made.acknowledgement = number(random);
      made.flags = random.nextInt(5) == 0 ? random.nextInt(64) : Packet.ACK;
      made.window = random.nextInt(1 << 16);
      made.value = number(random);
      made.echo = number(random);
      made.sack = new int[2 * random.nextInt(3)];
      for (int i = 0; i < made.sack.length; i += 2) {
        made.sack[i] = made.acknowledgement + random.nextInt(10_000) - 2_000;
        made.sack[i + 1] = made.sack[i] + 1 + random.nextInt(3_000);
      }
      made.content = new byte[random.nextInt(8) == 0 ? 60_000 : random.nextInt(100)];
      random.nextBytes(made.content);
      return made;
    }

    private static int number(Random random) {
      return switch (random.nextInt(5)) {
        case 0 -> 0;
        case 1 -> -1;
        case 2 -> 0xffff;
        default -> random.nextInt();
      };
    }

    Frame frame() {
      Frames made = v6 ? Frames.ip("2001:db8::1", "fe80::7") : Frames.ip("10.1.2.3", "192.0.2.9");
      for (int i = 0; i < vlans; i++) {
        made.vlan(100 + i);
      }
      if (v6 && extension) {
        made.extension(60, new byte[14]);
      } else if (!v6 && ipOptions) {
        made.ipOptions((byte) 1, (byte) 1, (byte) 1);
      }
      made.tcp(40_001, 443).sequence(sequence).acknowledgement(acknowledgement).flags(flags);
      made.window(window).options(options()).content(content);
      return (offloaded ? made.offloaded() : made).frame();
    }

    private byte[][] options() {
      List<byte[]> all = new ArrayList<>();
      for (int i = 0; i < leading; i++) {
        all.add(TcpOptions.noOperation());
      }
      if (stamped) {
        all.add(TcpOptions.timestamps(value, echo));
      }
      if (sack.length > 0) {
        all.add(TcpOptions.sack(sack));
      }
      return all.toArray(byte[][]::new);
    }
  }

  private interface Change {
    void to(Frame frame, Packet packet, Segment segment, Random random);
  }

  private void check(Change change) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Segment segment = Segment.random(random);
      Frame frame = segment.frame();
      assertThat(packet.parse(frame)).isEqualTo(Packet.Kind.TCP);
      change.to(frame, packet, segment, random);
      assertThat(Arrays.mismatch(frame.bytes(), segment.frame().bytes()))
          .as("seed %d round %d", seed, round)
          .isEqualTo(-1);
    }
  }

  @Test
  void addsToTheSequence() {
    check(
        (frame, parsed, segment, random) -> {
          int delta = Segment.number(random);
          SegmentRewriter.addToSequence(frame, parsed, delta);
          segment.sequence += delta;
        });
  }

  @Test
  void addsToTheAcknowledgementAndItsSackBlocks() {
    check(
        (frame, parsed, segment, random) -> {
          int delta = Segment.number(random);
          SegmentRewriter.addToAcknowledgement(frame, parsed, delta);
          if ((segment.flags & Packet.ACK) != 0) {
            segment.acknowledgement += delta;
            Arrays.setAll(segment.sack, i -> segment.sack[i] + delta);
          }
        });
  }

  @Test
  void addsToTimestampsButNotToAnEchoThatIsNone() {
    check(
        (frame, parsed, segment, random) -> {
          int delta = Segment.number(random);
          SegmentRewriter.addToTimestamp(frame, parsed, delta);
          SegmentRewriter.addToTimestampEcho(frame, parsed, delta + 7);
          segment.value += delta;
          if (segment.echo != 0 && (segment.flags & Packet.ACK) != 0) {
            segment.echo += delta + 7;
          }
        });
  }

  @Test
  void setsWindowTimestampsAndNumbers() {
    check(
        (frame, parsed, segment, random) -> {
          segment.window = random.nextInt(1 << 16);
          segment.value = Segment.number(random);
          segment.echo = Segment.number(random);
          segment.sequence = Segment.number(random);
          SegmentRewriter.setWindow(frame, parsed, segment.window);
          SegmentRewriter.setTimestamps(frame, parsed, segment.value, segment.echo);
          SegmentRewriter.setSequence(frame, parsed, segment.sequence);
        });
  }

  @Test
  void aClampedSegmentAcknowledgesNothingAbove() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Segment segment = Segment.random(random);
      segment.flags |= Packet.ACK;
      Frame frame = segment.frame();
      packet.parse(frame);
      int max = segment.acknowledgement + random.nextInt(12_000) - 4_000;
      boolean above = SegmentRewriter.clampAcknowledgement(frame, packet, max);
      assertThat(packet.parse(frame)).isEqualTo(Packet.Kind.TCP);
      List<Integer> expected = new ArrayList<>();
      boolean cut = segment.acknowledgement - max > 0;
      for (int i = 0; i < segment.sack.length; i += 2) {
        cut |= segment.sack[i + 1] - max > 0;
        if (segment.sack[i] - max < 0) {
          expected.add(segment.sack[i]);
          expected.add(segment.sack[i + 1] - max > 0 ? max : segment.sack[i + 1]);
        }
      }
      List<Integer> found = new ArrayList<>();
      for (int at = 0; at < packet.sackLength(); at += 4) {
        found.add(Bytes.i32(packet.data(), packet.sack() + at));
      }
      assertThat(found).as("seed %d round %d", seed, round).isEqualTo(expected);
      assertThat(above).isEqualTo(cut);
      assertThat(packet.acknowledgement())
          .isEqualTo(segment.acknowledgement - max > 0 ? max : segment.acknowledgement);
      assertThat(packet.timestamps() >= 0).isEqualTo(segment.stamped);
      assertThat(packet.payloadLength()).isEqualTo(segment.content.length);
      checksum(frame);
    }
  }

  /** A whole computation finds the checksum that is there. */
  private void checksum(Frame frame) {
    if (!frame.needsChecksum()) {
      Frame again = frame.copy();
      Packet parsed = new Packet();
      parsed.parse(again);
      Bytes.putU16(again.bytes(), parsed.transport() + 16, 0x1234);
      Checksums.fillTcp(parsed);
      Checksums.fillIpv4(parsed);
      assertThat(Arrays.mismatch(again.bytes(), frame.bytes())).isEqualTo(-1);
    }
  }

  @Test
  void sackIsTakenOut() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Segment segment = Segment.random(random);
      Frame frame = segment.frame();
      packet.parse(frame);
      SegmentRewriter.removeSack(frame, packet);
      packet.parse(frame);
      assertThat(packet.sackLength()).as("seed %d round %d", seed, round).isZero();
      assertThat(packet.timestamps() >= 0).isEqualTo(segment.stamped);
      checksum(frame);
    }
  }

  @Test
  void anAcknowledgementIsBuiltFromAnySegment() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Segment segment = Segment.random(random);
      Frame frame = segment.frame();
      packet.parse(frame);
      Frame built = SegmentRewriter.pureAcknowledgement(frame, packet);
      segment.content = new byte[0];
      segment.flags = Packet.ACK;
      segment.sack = new int[0];
      segment.leading = 2;
      segment.offloaded = false;
      if (!segment.stamped) {
        segment.leading = 0;
      }
      assertThat(built).isNotNull();
      assertThat(built.bytes())
          .as("seed %d round %d", seed, round)
          .isEqualTo(segment.frame().bytes());
    }
  }

  @Test
  void theChecksumOfZeroWordsIsRight() {
    // RFC 1624, section 4: 0xcd7a, 0x5555 to 0x3285, was wrong by equation 2 as 0xffff.
    assertThat(Checksums.update(0xdd2f, 0x5555, 0x3285, false)).isEqualTo(0x0000);
  }

  @Test
  void aLongHeaderIsNoTemplate() {
    Frames made = Frames.ip("fe80::1", "fe80::2").extension(60, new byte[246]);
    Frame frame = made.tcp(1, 2).frame();
    packet.parse(frame);
    assertThat(SegmentRewriter.pureAcknowledgement(frame, packet)).isNull();
  }
}
