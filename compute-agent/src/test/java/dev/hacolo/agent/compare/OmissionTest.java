package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Answers that the comparator does not wait for any more. Positions are told from 0; both guests
 * have opened the connection in this epoch, so the secondary counts from another ISN.
 */
final class OmissionTest implements OutputComparator.Port {
  private static final int PRIMARY = -30; // wraps around
  private static final int SECONDARY = 5_000;
  private static final int SYN_ACK = Packet.SYN | Packet.ACK;

  private final ContentDigest digest = new ContentDigest(PairRig.KEY);
  private final OutputComparator comparator =
      new OutputComparator(ComparatorLimits.DEFAULT, digest, this);
  private final Segments segments = new Segments();
  private final Packet packet = new Packet();
  private final List<String> verdicts = new ArrayList<>();
  private int secondaryBase = SECONDARY;
  private long records;

  @BeforeEach
  void open() {
    checkpoint();
    Frame opening = segments.fromGuest(true).tcp(SYN_ACK, PRIMARY - 1, 100, new byte[0]);
    packet.parse(opening);
    OutputRecord.SynAck synAck = OutputRecord.SynAck.of(packet);
    record(PRIMARY, "", SYN_ACK, synAck, false, -1);
    secondary(SYN_ACK, -1, "");
    verdicts.clear();
  }

  private void checkpoint() {
    comparator.secondaryStopped();
    comparator.epochMark(comparator.epoch() + 1);
    comparator.stateLoaded();
  }

  private void record(
      int from,
      String content,
      int flags,
      OutputRecord.@Nullable SynAck synAck,
      boolean preReleased,
      long answers) {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    packet.parse(segments.fromGuest(true).tcp(Packet.ACK, 0, 100, new byte[0]));
    comparator.record(
        new OutputRecord.Stream(
            records++,
            packet.flow(new FlowKey(), 0, true),
            from,
            bytes.length,
            flags,
            bytes.length == 0 ? ContentDigest.Value.EMPTY : digest.of(bytes, 0, bytes.length),
            synAck,
            preReleased,
            answers));
  }

  private void entry(int from, String content, long answers) {
    record(PRIMARY + from, content, Packet.ACK, null, true, answers);
  }

  private void waits(int from, String content) {
    record(PRIMARY + from, content, Packet.ACK, null, false, -1);
  }

  private void secondary(int flags, int from, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    Frame frame = segments.fromGuest(true).tcp(flags, secondaryBase + from, 100, bytes);
    packet.parse(frame);
    comparator.output(0, frame, packet);
  }

  private @Nullable Omission omittable(int acknowledged) {
    packet.parse(
        segments.fromGuest(false).tcp(Packet.ACK, 100, PRIMARY + acknowledged, new byte[0]));
    return comparator.omittable(0, packet);
  }

  private Omission omitted(int acknowledged) {
    Omission omission = Objects.requireNonNull(omittable(acknowledged));
    comparator.omit(omission);
    return omission;
  }

  @Override
  public void verdict(long record, Verdict verdict) {
    verdicts.add(record + " " + verdict);
  }

  @Override
  public void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary) {
    // The feed's to know.
  }

  @Override
  public void checkpointWanted(CheckpointCause cause) {
    verdicts.add(cause.toString());
  }

  @Test
  void answersThatTheClientHasCountAsEqualAndTheRestIsComparedBehindThem() {
    entry(0, "value", 3);
    Omission omission = omitted(5);
    assertThat(omission.first()).isEqualTo(3);
    assertThat(omission.last()).isEqualTo(3);
    assertThat(omission.from()).isEqualTo(PRIMARY);
    assertThat(omission.end()).isEqualTo(PRIMARY + 5);
    assertThat(omission.own()).isEqualTo(SECONDARY);
    assertThat(verdicts).containsExactly("1 EQUAL");
    waits(5, "STORED");
    secondary(Packet.ACK, 0, "STORED");
    assertThat(verdicts).containsExactly("1 EQUAL", "2 EQUAL");
    waits(11, "yes");
    secondary(Packet.ACK, 6, "no!");
    assertThat(verdicts).containsExactly("1 EQUAL", "2 EQUAL", "3 DIFFERENT");
  }

  @Test
  void anAnswerInSeveralPiecesIsOmittedWhole() {
    entry(0, "one", 2);
    omitted(3);
    entry(3, "val", 2);
    entry(6, "ue", 4);
    assertThat(omittable(6)).as("half of it").isNull();
    Omission omission = omitted(8);
    assertThat(omission.first()).isEqualTo(4);
    assertThat(omission.last()).isEqualTo(4);
    assertThat(verdicts).containsExactly("1 EQUAL", "2 EQUAL", "3 EQUAL");
  }

  /** The last piece tells of its own request, those before it of the request before. */
  @Test
  void anAnswerOfWhichTheClientHasAPieceIsNotOmitted() {
    entry(0, "one", 2);
    entry(3, "val", 2);
    entry(6, "ue", 4);
    assertThat(omittable(6)).as("one answer and a half").isNull();
    assertThat(omitted(8).last()).isEqualTo(4);
  }

  @Test
  void nothingIsOmittedOfWhichNobodyKnowsWhatItAnswers() {
    checkpoint();
    secondaryBase = PRIMARY;
    entry(0, "value", -1);
    assertThat(omittable(5)).isNull();
    entry(5, "more", 1);
    assertThat(omitted(9).first()).as("both are pieces of the first answer").isEqualTo(1);
  }

  @Test
  void severalAnswersAreOmittedAsFarAsTheClientHasThem() {
    entry(0, "one", 1);
    entry(3, "two", 2);
    entry(6, "three", 3);
    Omission two = omitted(6);
    assertThat(two.first()).isEqualTo(1);
    assertThat(two.last()).isEqualTo(2);
    assertThat(omittable(7)).as("half of it").isNull();
    Omission rest = omitted(11);
    assertThat(rest.own()).isEqualTo(SECONDARY);
    assertThat(comparator.statistics().waiting()).isZero();
  }

  @Test
  void nothingIsOmittedOfWhatTheClientDoesNotHave() {
    entry(0, "value", 1);
    assertThat(omittable(0)).isNull();
    assertThat(omittable(4)).isNull();
    assertThat(omittable(6)).isNull();
  }

  @Test
  void whatWasNotPreReleasedIsCompared() {
    waits(0, "STORED");
    entry(6, "value", 1);
    assertThat(omittable(11)).isNull();
    secondary(Packet.ACK, 0, "STORED");
    assertThat(omittable(11)).isNotNull();
  }

  @Test
  void whatTheSecondaryHasBegunToSendIsCompared() {
    entry(0, "value", 1);
    secondary(Packet.ACK, 0, "va");
    assertThat(omittable(5)).isNull();
    secondary(Packet.ACK, 2, "lue");
    assertThat(verdicts).containsExactly("1 EQUAL");
  }

  @Test
  void aGapBetweenRecordsIsNoAnswer() {
    entry(0, "one", 1);
    entry(4, "two", 2);
    assertThat(omittable(7)).isNull();
  }

  @Test
  void nothingIsOmittedOnceTheConnectionsDiffer() {
    waits(0, "one");
    secondary(Packet.ACK, 0, "ONE");
    entry(3, "value", 1);
    assertThat(omittable(8)).isNull();
  }

  @Test
  void nothingIsOmittedDuringACheckpoint() {
    entry(0, "value", 1);
    comparator.secondaryStopped();
    assertThat(omittable(5)).isNull();
    comparator.secondaryContinued();
    assertThat(omittable(5)).isNotNull();
    comparator.epochMark(comparator.epoch() + 1);
    assertThat(omittable(5)).isNull();
  }

  @Test
  void theNextStateCountsAsThePrimaryAgain() {
    entry(0, "value", 1);
    omitted(5);
    checkpoint();
    secondaryBase = PRIMARY;
    entry(5, "again", 2);
    assertThat(omitted(10).own()).isEqualTo(PRIMARY + 5);
  }

  @Test
  void whatThePrimaryRepeatsOfThemIsOmittedToo() {
    entry(0, "value", 1);
    waits(0, "value");
    waits(3, "ue");
    omitted(5);
    assertThat(verdicts).containsExactly("1 EQUAL", "2 EQUAL", "3 EQUAL");
  }

  @Test
  void whatTheSecondaryRepeatsFromBeforeIsIgnored() {
    waits(0, "STORED");
    secondary(Packet.ACK, 0, "STORED");
    entry(6, "value", 1);
    omitted(11);
    secondary(Packet.ACK, 0, "STORED");
    waits(11, "END");
    secondary(Packet.ACK, 6, "END");
    assertThat(verdicts).containsExactly("1 EQUAL", "2 EQUAL", "3 EQUAL");
    comparator.unacknowledged((nic, frame) -> verdicts.add("resent"));
    assertThat(verdicts).as("END alone").hasSize(4);
  }

  @Test
  void anotherEntryIsStillHeldAgainstTheVmThatServes() {
    entry(0, "value", 1);
    omitted(5);
    entry(5, "other", 2);
    OpenLedger ledger =
        comparator.takeOver(
            new OpenLedger.Port() {
              @Override
              public void release(int nic, Frame frame) {
                verdicts.add("released");
              }

              @Override
              public void reset(FlowKey flow, @Nullable Frame last, int end) {
                verdicts.add("reset");
              }
            },
            0);
    assertThat(ledger.isEmpty()).isFalse();
    Frame frame =
        segments
            .fromGuest(true)
            .tcp(Packet.ACK, SECONDARY, 100, "other".getBytes(StandardCharsets.US_ASCII));
    packet.parse(frame);
    ledger.output(0, frame, packet);
    assertThat(verdicts).containsExactly("1 EQUAL", "released");
    assertThat(ledger.isEmpty()).isTrue();
  }
}
