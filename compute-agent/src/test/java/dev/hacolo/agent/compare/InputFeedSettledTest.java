package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.FeedBed.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that the secondary VM has acknowledged, and the next state perhaps lacks. */
final class InputFeedSettledTest {
  /** Content of 10 bytes at 0, injected and acknowledged by the secondary VM. */
  private static FeedBed settled(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 10, 0);
    bed.output(1, 0, 0, 10, 100);
    bed.taken();
    assertThat(bed.feed.idle()).isTrue();
    return bed;
  }

  private static void told(FeedBed bed, int end) {
    bed.feed.acknowledged(bed.flow(1), CLIENT + end);
  }

  private static long held(FeedBed bed) {
    return bed.feed.statistics().heldFrames();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatThePrimaryTookOnlyAfterItsStopIsInjectedIntoTheNextState(boolean v6) {
    FeedBed bed = settled(v6);
    bed.after(10_000);
    assertThat(bed.taken()).isEmpty(); // not in the way of anything
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 10, 100);
    told(bed, 10);
    assertThat(held(bed)).isEqualTo(1); // counts at the load
    bed.load(2);
    assertThat(bed.taken()).isEmpty();
    assertThat(held(bed)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyWhatThePrimaryHadIsDroppedWhetherTheSecondaryHadItOrNot(boolean v6) {
    FeedBed bed = settled(v6);
    bed.input(1, 10, 10, 0);
    bed.input(1, 20, 10, 0);
    told(bed, 20);
    bed.taken();
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("20+10 a0");
    assertThat(held(bed)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAcknowledgementOfTheNextMarkDoesNotCountYet(boolean v6) {
    FeedBed bed = settled(v6);
    bed.feed.secondaryStopped();
    told(bed, 0);
    bed.feed.epochMark(1);
    told(bed, 10);
    bed.loaded(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
    bed.feed.epochMark(2);
    bed.loaded(2);
    assertThat(held(bed)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theMarkBeforeStillCountsIfTheLoadIsLate(boolean v6) {
    FeedBed bed = settled(v6);
    bed.feed.secondaryStopped();
    told(bed, 10);
    bed.feed.epochMark(1);
    bed.input(1, 10, 5, 0);
    told(bed, 15);
    bed.loaded(1);
    assertThat(bed.taken()).isEqualTo("10+5 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAcknowledgementThatFollowsTheLoadCountsAtOnce(boolean v6) {
    FeedBed bed = settled(v6);
    bed.loaded(1);
    bed.input(1, 10, 5, 0);
    assertThat(bed.taken()).isEqualTo("0+10 a0, 10+5 a0");
    told(bed, 10);
    assertThat(held(bed)).isEqualTo(1);
    bed.feed.epochMark(1);
    bed.output(1, 0, 0, 15, 100);
    assertThat(held(bed)).isEqualTo(1); // in front of mark 1, and not told
    told(bed, 15);
    bed.load(2);
    assertThat(held(bed)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterPromotionSettledContentIsOfNoUse(boolean v6) {
    FeedBed bed = settled(v6);
    bed.feed.promoted(bed.now);
    assertThat(bed.taken()).isEmpty();
    assertThat(held(bed)).isZero();
    assertThat(bed.feed.idle()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ifACheckpointWasUnderWaySettledContentIsInjectedOnceMore(boolean v6) {
    FeedBed bed = settled(v6);
    bed.feed.secondaryStopped();
    bed.feed.promoted(bed.now);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 10, 100);
    assertThat(bed.feed.idle()).isTrue();
    assertThat(held(bed)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResetByTheSecondaryAloneLosesNothing(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 10, 0);
    bed.output(1, bed.guest(1).flags(Packet.RST));
    assertThat(bed.feed.idle()).isTrue();
    bed.taken();
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAcknowledgementOfAnEarlierConnectionDoesNotCount(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    told(bed, 10);
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(CLIENT + 2).content("a"));
    bed.taken();
    bed.load(1);
    assertThat(bed.taken()).contains("2+1 S");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatThePrimarysAgentForgotIsReclaimed(boolean v6) {
    FeedBed bed = settled(v6);
    bed.load(1);
    bed.output(1, 0, 0, 10, 100);
    bed.after(10_000);
    bed.load(2);
    assertThat(held(bed)).isZero();
    assertThat(bed.feed.statistics().reclaimed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void settledContentMakesACheckpointDueAtTheSoftBound(boolean v6) {
    FeedBed bed = new FeedBed(v6, new FeedBounds(100_000, 20_000, 10));
    for (int i = 0; i < 6; i++) {
      assertThat(bed.feed.checkpointDue()).isFalse();
      assertThat(bed.input(1, i * 9_000, 9_000, 0)).isTrue();
      bed.output(1, 0, 0, (i + 1) * 9_000, 100);
    }
    assertThat(bed.feed.checkpointDue()).isTrue();
    assertThat(bed.feed.statistics().refused()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionsWithSettledContentStayAndMakeACheckpointDue(boolean v6) {
    FeedBed bed = new FeedBed(v6, new FeedBounds(100_000, 20_000, 4));
    for (int port = 1; port <= 4; port++) {
      assertThat(bed.feed.checkpointDue()).isEqualTo(port == 4);
      bed.input(port, 0, 10, 0);
      bed.output(port, 0, 0, 10, 100);
    }
    assertThat(bed.input(5, 0, 10, 0)).isFalse();
    assertThat(bed.feed.statistics().evicted()).isZero();
    bed.taken();
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0, 2:0+10 a0, 3:0+10 a0, 4:0+10 a0");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 80, 8_000, 1L << 20, 1L << 31, Long.MAX_VALUE})
  void boundsAreNoMoreThanAShareOfTheHeap(long heap) {
    FeedBounds feed = FeedBounds.DEFAULT.within(heap);
    assertThat(feed.bytes()).isEqualTo(Math.max(1, Math.min(256L << 20, heap / 8)));
    assertThat(feed.flowBytes()).isBetween(1L, Math.max(1, feed.bytes() / 4));
    GatePolicy gate = GatePolicy.DEFAULT.within(heap);
    assertThat(gate.hardBytes()).isEqualTo(Math.max(1 << 20, Math.min(256L << 20, heap / 8)));
    assertThat(gate.softBytes()).isBetween(1L << 20, Math.max(1L << 20, gate.hardBytes() / 2));
  }
}
