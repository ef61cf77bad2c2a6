package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.FeedBed.CLIENT;
import static dev.hacolo.agent.compare.FeedBed.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that the guest discards, and pieces of segments that it puts together itself. */
final class InputFeedDoubtfulTest {
  private static final int VALIDATED = 2; // VIRTIO_NET_HDR_F_DATA_VALID

  /** A segment that was changed on its way: its checksum is that of what was sent. */
  private static Frame broken(Frames sent, Frames arrived) {
    Frame good = sent.frame();
    Frame bad = arrived.frame();
    Packet packet = new Packet();
    packet.parse(good);
    int checksum = packet.transport() + 16;
    System.arraycopy(good.bytes(), checksum, bad.bytes(), checksum, 2);
    return bad;
  }

  private static Frames segment(FeedBed bed, int from, int ack, String content) {
    return bed.client(1)
        .sequence(CLIENT + from)
        .acknowledgement(PRIMARY + ack)
        .options(TcpOptions.timestamps(7, 1000))
        .content(content);
  }

  private static boolean input(FeedBed bed, Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return bed.feed.input(1, frame, packet, bed.now);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void brokenContentIsNeitherKeptNorInjected(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    assertThat(input(bed, broken(segment(bed, 0, 0, "right"), segment(bed, 0, 0, "wrong"))))
        .as("the primary VM does without it as well")
        .isTrue();
    assertThat(bed.feed.idle()).isTrue();
    input(bed, segment(bed, 0, 0, "right").frame());
    bed.after(200);
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("0+5 a0 t7/500, 0+5 a0 t7/500, 0+5 a0 t7/1000");
    assertThat(bed.feed.statistics().broken()).isEqualTo(1);
  }

  /** What is injected later carries the newest acknowledgement, under a checksum that is right. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNumbersOfABrokenSegmentAreNotTheClients(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 300, 0, 100);
    input(bed, segment(bed, 0, 0, "right").frame());
    input(bed, broken(segment(bed, 5, 0, ""), segment(bed, 5, 256, "")));
    bed.taken();
    bed.after(200);
    assertThat(bed.taken()).isEqualTo("0+5 a0 t7/500");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBrokenSegmentWithRstResetsNothing(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    input(bed, segment(bed, 0, 0, "right").frame());
    input(
        bed, broken(segment(bed, 5, 0, ""), segment(bed, 5, 0, "").flags(Packet.ACK | Packet.RST)));
    assertThat(bed.feed.idle()).isFalse();
  }

  /** Then the guest does not look at the field, whatever is in it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChecksumThatSomebodyElseHasLookedAtIsRight(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    Frame validated = broken(segment(bed, 0, 0, "right"), segment(bed, 0, 0, "taken"));
    validated.bytes()[0] |= VALIDATED;
    input(bed, validated);
    input(bed, segment(bed, 5, 0, "taken").offloaded().frame());
    assertThat(bed.taken()).isEqualTo("0+5 a0 t7/500, 5+5 a0 t7/500");
    assertThat(bed.feed.idle()).isFalse();
  }

  /** The home address option (RFC 6275 6.3) puts another address into the sum. */
  @ParameterizedTest
  @ValueSource(ints = {0, 43, 60})
  void behindExtensionHeadersNoChecksumIsJudged(int extension) {
    FeedBed bed = FeedBed.open(true);
    byte[] padding = {1, 4, 0, 0, 0, 0};
    Frames sent = segment(bed, 0, 0, "right").extension(extension, padding);
    Frames arrived = segment(bed, 0, 0, "other").extension(extension, padding);
    input(bed, broken(sent, arrived));
    assertThat(bed.taken()).isEqualTo("0+5 a0 t7/500");
    assertThat(bed.feed.idle()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFragmentOfASegmentIsInjectedButNotAcknowledged(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    assertThat(bed.input(1, bed.raw(6, "first").fragment(0, true))).isFalse();
    assertThat(bed.input(1, bed.raw(6, "last").fragment(3, false))).isFalse();
    assertThat(bed.taken()).isEqualTo("first, last");
    assertThat(bed.feed.checkpointDue()).isTrue();
    bed.load(1);
    assertThat(bed.feed.checkpointDue()).isFalse();
    assertThat(bed.taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherFragmentsAreAcknowledged(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    assertThat(bed.input(1, bed.raw(17, "udp").fragment(0, true))).isTrue();
    assertThat(bed.feed.checkpointDue()).isFalse();
    assertThat(bed.taken()).isEqualTo("udp");
  }

  /** Behind another extension header, what is in the packet is in the first fragment only. */
  @ParameterizedTest
  @ValueSource(ints = {0, 43, 60})
  void aFragmentThatHidesItsProtocolMayBeOfASegment(int extension) {
    FeedBed bed = FeedBed.open(true);
    assertThat(bed.input(1, bed.raw(extension, "any").fragment(9, false))).isFalse();
    assertThat(bed.taken()).isEqualTo("any");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterPromotionTheSenderOfAFragmentRepeatsIt(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.feed.promoted(bed.now);
    assertThat(bed.input(1, bed.raw(6, "first").fragment(0, true))).isTrue();
    assertThat(bed.taken()).isEqualTo("first");
  }
}
