package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.FeedBed.CLIENT;
import static dev.hacolo.agent.compare.FeedBed.PRIMARY;
import static dev.hacolo.agent.compare.FeedBed.SECONDARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.InputHint.Kind;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that the secondary VM is not given: see {@link FeedBed} for how it is read. */
final class FeedOmissionsTest {
  private final FeedBed bed = FeedBed.open(false);
  private long inputs;
  private int stamp = Integer.MAX_VALUE; // wraps around

  FeedOmissionsTest() {
    // The handshake's last segment.
    bed.input(1, bed.client(1).sequence(CLIENT).acknowledgement(PRIMARY).options(stamped()));
    bed.taken();
    stamp++;
  }

  private byte[] stamped() {
    return TcpOptions.timestamps(stamp, 0);
  }

  /** What was given to the secondary VM, without timestamps. */
  private String taken() {
    return bed.taken().replaceAll(" t-?\\d+/-?\\d+", "");
  }

  /** A request; returns its number. */
  private long asks(Kind kind, int from, int length, int ack) {
    Frame frame =
        bed.client(1)
            .sequence(CLIENT + from)
            .acknowledgement(PRIMARY + ack)
            .options(stamped())
            .content(new byte[length])
            .frame();
    stamp++;
    Packet parsed = new Packet();
    parsed.parse(frame);
    assertThat(bed.feed.input(1, frame, parsed, new InputHint(kind, 7), ++inputs, bed.now))
        .isTrue();
    return inputs;
  }

  /** Answers in the primary's numbers; {@code own} in the secondary's. */
  private boolean omit(long number, int from, int end, int own) {
    return omit(number, number, from, end, own);
  }

  private boolean omit(long first, long last, int from, int end, int own) {
    Omission omission =
        new Omission(bed.flow(1), first, last, PRIMARY + from, PRIMARY + end, bed.secondary + own);
    return bed.feed.omit(omission, bed.now);
  }

  /** A read of 5 bytes that is answered with 100. */
  private void readThatIsOmitted() {
    assertThat(omit(asks(Kind.TRACELESS_READ, 0, 5, 0), 0, 100, 0)).isTrue();
  }

  @Test
  void aReadIsNeverGivenAndTheNumbersBehindItAreTranslated() {
    readThatIsOmitted();
    assertThat(taken()).isEmpty();
    assertThat(bed.feed.idle()).isTrue();
    assertThat(bed.feed.statistics().omitted()).isEqualTo(1);
    asks(Kind.NONE, 5, 10, 100);
    assertThat(taken()).isEqualTo("0+10 a0");
    bed.output(1, 0, 8, 10, 100); // both in the secondary's numbers
    assertThat(bed.feed.idle()).isTrue();
    bed.input(1, 15, 0, 108);
    assertThat(taken()).isEqualTo("10 a8");
    assertThat(bed.feed.translations())
        .containsExactly(new Translation(bed.flow(1), PRIMARY - SECONDARY + 100, 500, 5));
  }

  /** So no later state takes it, if it is on its way when the secondary VM stops. */
  @Test
  void whatFollowsIsStampedAsWhatTheSecondaryKnewBefore() {
    int before = stamp - 1;
    readThatIsOmitted();
    stamp += 5;
    asks(Kind.NONE, 5, 10, 100);
    assertThat(bed.taken()).isEqualTo("0+10 a0 t%d/0".formatted(before));
    bed.output(1, 0, 8, 10, 100);
    stamp++;
    bed.input(
        1, bed.client(1).sequence(CLIENT + 15).acknowledgement(PRIMARY + 108).options(stamped()));
    assertThat(bed.taken()).isEqualTo("10 a8 t%d/0".formatted(before));
    bed.feed.promoted(bed.now);
    asks(Kind.NONE, 15, 3, 108);
    assertThat(bed.taken()).as("there is no later state").endsWith(" t%d/0".formatted(stamp - 1));
  }

  @Test
  void aReadOfTheSameTickAsWhatTheSecondaryKnowsIsNotOmitted() {
    stamp--;
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    assertThat(omit(read, 0, 100, 0)).isFalse();
    long next = asks(Kind.TRACELESS_READ, 5, 5, 100);
    assertThat(omit(read, next, 0, 200, 0)).as("as the newest one is later").isTrue();
  }

  @Test
  void withoutTimestampsNothingIsOmitted() {
    FeedBed other = FeedBed.open(false);
    Frame frame =
        other.client(1).sequence(CLIENT).acknowledgement(PRIMARY).content(new byte[5]).frame();
    Packet parsed = new Packet();
    parsed.parse(frame);
    other.feed.input(1, frame, parsed, new InputHint(Kind.TRACELESS_READ, 7), 1, other.now);
    Omission omission = new Omission(other.flow(1), 1, 1, PRIMARY, PRIMARY + 100, other.secondary);
    assertThat(other.feed.omit(omission, other.now)).isFalse();
  }

  @Test
  void severalReadsMayBeOmittedTogether() {
    asks(Kind.TRACELESS_READ, 0, 5, 0);
    long second = asks(Kind.TRACELESS_READ, 5, 6, 100);
    asks(Kind.TRACELESS_READ, 11, 7, 200);
    assertThat(omit(second - 1, second, 0, 200, 0)).isTrue();
    assertThat(bed.feed.translations())
        .containsExactly(new Translation(bed.flow(1), PRIMARY - SECONDARY + 200, 500, 11));
    bed.after(60);
    assertThat(taken()).isEqualTo("0+7 a0");
  }

  @Test
  void whatWaitedBehindThemGoes() {
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    asks(Kind.TRACELESS_READ, 5, 6, 0);
    assertThat(omit(read, 0, 100, 0)).isTrue();
    asks(Kind.READ, 11, 1, 100);
    assertThat(taken()).isEqualTo("0+6 a0, 6+1 a0");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRACELESS_READ")
  void nothingElseIsOmitted(Kind kind) {
    assertThat(omit(asks(kind, 0, 5, 0), 0, 100, 0)).isFalse();
    assertThat(bed.feed.statistics().omitted()).isZero();
  }

  @Test
  void aReadThatWasGivenIsNotOmitted() {
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    bed.after(60);
    assertThat(taken()).isEqualTo("0+5 a0");
    assertThat(omit(read, 0, 100, 0)).isFalse();
    long next = asks(Kind.TRACELESS_READ, 5, 6, 100);
    assertThat(omit(read, next, 0, 200, 0)).as("with a later one").isFalse();
  }

  @Test
  void aReadWaitsForItsClientsAcknowledgementNoLongerThanClientsDelayThem() {
    asks(Kind.TRACELESS_READ, 0, 5, 0);
    bed.after(59);
    assertThat(taken()).isEmpty();
    bed.after(1);
    assertThat(taken()).isEqualTo("0+5 a0");
  }

  @Test
  void theSecondaryMustHaveAllThatCameBefore() {
    bed.input(1, 0, 3, 0);
    long read = asks(Kind.TRACELESS_READ, 3, 5, 0);
    assertThat(omit(read, 0, 100, 0)).isFalse();
    bed.output(1, 0, 0, 3, 100);
    assertThat(omit(read, 0, 100, 0)).isTrue();
  }

  @Test
  void theSecondaryMustHaveSentAllThatCameBeforeAndNoMore() {
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    assertThat(omit(read, 10, 100, 10)).isFalse();
    bed.output(1, 0, 11, 0, 100);
    assertThat(omit(read, 10, 100, 10)).isFalse();
    assertThat(omit(read, 11, 100, 11)).isTrue();
  }

  @Test
  void theAnswersMustBeThoseOfTheReadsThatWait() {
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    assertThat(omit(read - 1, 0, 100, 0)).isFalse();
    assertThat(omit(read, read + 1, 0, 100, 0)).isFalse();
    asks(Kind.TRACELESS_READ, 9, 5, 0); // 4 bytes are missing
    assertThat(omit(read, read + 1, 0, 100, 0)).isFalse();
  }

  @Test
  void theSecondaryMustNotOweAnAnswerFromBefore() {
    long owed = asks(Kind.READ, 0, 3, 0);
    bed.output(1, 0, 0, 3, 100);
    long read = asks(Kind.TRACELESS_READ, 3, 5, 0);
    assertThat(omit(owed, read, 0, 200, 0)).isFalse();
    assertThat(omit(read, read, 0, 200, 0)).isTrue();
  }

  @Test
  void nothingIsOmittedDuringACheckpointNorByTheServingVm() {
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    bed.feed.epochMark(1);
    assertThat(omit(read, 0, 100, 0)).isFalse();
    bed.feed.promoted(bed.now);
    assertThat(taken()).isEqualTo("0+5 a0");
    assertThat(omit(read, 0, 100, 0)).isFalse();
  }

  @Test
  void whatTheStateThatRunsMayHaveIsNotOmitted() {
    bed.loaded(1); // its mark is late
    bed.output(1, 0, 0, 0, 100);
    long read = asks(Kind.TRACELESS_READ, 0, 5, 0);
    assertThat(omit(read, 0, 100, 0)).isFalse();
    bed.feed.epochMark(1);
    assertThat(omit(read, 0, 100, 0)).isFalse();
    taken();
    bed.after(60);
    assertThat(taken()).isEqualTo("0+5 a0");
  }

  @Test
  void theNextStateHasWhatWasOmitted() {
    readThatIsOmitted();
    bed.feed.primarySent(bed.flow(1), PRIMARY + 100);
    bed.load(1);
    assertThat(bed.feed.translations()).isEmpty();
    asks(Kind.NONE, 5, 10, 100);
    assertThat(taken()).isEqualTo("5+10 a100");
  }

  @Test
  void aRepetitionOfWhatWasOmittedIsOldAndWhatIsNewInItIsNot() {
    readThatIsOmitted();
    bed.input(1, 0, 5, 100);
    assertThat(taken()).as("below all that the secondary waits for").isEqualTo("-5+5 a0");
    bed.input(1, 0, 9, 100);
    assertThat(taken()).as("its last four bytes are new").isEqualTo("-5+9 a0");
    bed.output(1, 0, 0, 4, 100);
    assertThat(bed.feed.idle()).isTrue();
  }

  @Test
  void acknowledgementsOfTheFeedsOwnAndResetsAreTranslatedToo() {
    bed.output(1, 0, 8, 0, 100); // not acknowledged yet
    long read = asks(Kind.TRACELESS_READ, 0, 5, 8);
    assertThat(omit(read, 8, 108, 8)).isTrue();
    assertThat(taken()).isEmpty();
    bed.output(1, 0, 8, 0, 100); // so it is repeated
    assertThat(taken()).isEqualTo("0 a8");
    bed.input(1, bed.client(1).flags(Packet.RST).sequence(CLIENT + 5));
    assertThat(taken()).isEqualTo("0 R");
  }

  @Test
  void theNextConnectionOfTheSamePortsCountsAlike() {
    readThatIsOmitted();
    int next = CLIENT + 70_000;
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(next - 1).acknowledgement(0));
    assertThat(taken()).isEqualTo("69999 S");
    bed.output(
        1,
        bed.guest(1)
            .flags(Packet.SYN | Packet.ACK)
            .sequence(bed.secondary + 1_000_000)
            .acknowledgement(next)
            .options(TcpOptions.windowScale(3)));
    bed.feed.opened(bed.flow(1), 0, 0);
    bed.input(
        1,
        bed.client(1)
            .sequence(next)
            .acknowledgement(bed.secondary + 1_000_001)
            .content(new byte[3]));
    assertThat(taken()).isEqualTo("70000+3 a1000001");
  }

  @Test
  void theServingVmsNumbersStayTranslatedForTheNextConnectionToo() {
    readThatIsOmitted();
    bed.feed.promoted(bed.now);
    asks(Kind.NONE, 5, 10, 100);
    assertThat(taken()).isEqualTo("0+10 a0");
    int next = CLIENT + 70_000;
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(next - 1).acknowledgement(0));
    assertThat(taken()).isEqualTo("69994 S");
    bed.output(
        1,
        bed.guest(1)
            .flags(Packet.SYN | Packet.ACK)
            .sequence(bed.secondary + 1_000_000)
            .acknowledgement(next - 5)
            .options(TcpOptions.windowScale(3)));
    bed.input(1, bed.client(1).sequence(next).acknowledgement(0).content(new byte[3]));
    assertThat(taken()).startsWith("69995+3");
  }
}
