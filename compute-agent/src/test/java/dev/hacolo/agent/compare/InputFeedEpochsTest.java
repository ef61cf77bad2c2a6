package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.FeedBed.CLIENT;
import static dev.hacolo.agent.compare.FeedBed.PRIMARY;
import static dev.hacolo.agent.compare.FeedBed.SECONDARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks, loads, promotion, ends of connections, bounds. */
final class InputFeedEpochsTest {

  private static final int FIN = Packet.FIN | Packet.ACK;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsInjectedWhileTheSecondaryIsStopped(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.feed.secondaryStopped();
    bed.input(1, 0, 10, 0);
    bed.input(1, bed.udp("old"));
    bed.after(10_000);
    bed.feed.epochMark(1);
    bed.input(1, bed.udp("new"));
    bed.input(1, 10, 10, 0);
    bed.output(1, 0, 50, 20, 100); // made by the old state
    assertThat(bed.taken()).isEmpty();
    bed.loaded(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0, new, 10+10 a0");
    assertThat(bed.feed.statistics().skipped()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theMarkAloneStopsTheFeed(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.feed.epochMark(1);
    bed.input(1, 0, 10, 0);
    assertThat(bed.taken()).isEmpty();
    bed.loaded(1);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMarkThatFollowsItsLoadStillDividesTheInputs(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.feed.primarySent(bed.flow(1), PRIMARY + 100);
    bed.loaded(1);
    bed.input(1, bed.udp("old"));
    bed.input(1, 0, 10, 150);
    assertThat(bed.taken()).isEqualTo("0+10 a100");
    bed.output(1, 100, 0, 10, 100);
    bed.feed.primarySent(bed.flow(1), PRIMARY + 130);
    assertThat(bed.taken()).isEqualTo("10 a130");
    bed.feed.epochMark(1);
    bed.feed.primarySent(bed.flow(1), PRIMARY + 170);
    bed.input(1, bed.udp("new"));
    assertThat(bed.taken()).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNextMarkCanComeBeforeTheLoad(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.feed.epochMark(1);
    bed.input(1, bed.udp("one"));
    bed.input(1, 0, 10, 0);
    bed.feed.epochMark(2);
    bed.input(1, bed.udp("two"));
    bed.loaded(1);
    assertThat(bed.taken()).isEmpty();
    bed.loaded(2);
    assertThat(bed.taken()).isEqualTo("0+10 a0, two");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNewStateCountsAsThePrimaryAndHasSentWhatThatHadSentAtTheMark(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 10, 0, 100);
    bed.feed.primarySent(bed.flow(1), PRIMARY + 80);
    bed.feed.secondaryStopped();
    bed.feed.epochMark(1);
    bed.feed.primarySent(bed.flow(1), PRIMARY + 200);
    bed.loaded(1);
    bed.input(1, 0, 5, 150);
    assertThat(bed.taken()).isEqualTo("0+5 a80");
    assertThat(bed.feed.translations()).isEmpty();
    bed.load(2);
    assertThat(bed.taken()).isEqualTo("0+5 a150");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStateWhosePositionsAreUnknownIsGivenTheClientsOwn(boolean v6) {
    FeedBed bed = new FeedBed(v6);
    bed.load(1);
    bed.input(1, 0, 5, 150);
    assertThat(bed.taken()).isEqualTo("0+5 a150");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allThatIsKeptIsInjectedAgainAsItsClientWouldRepeatIt(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 90, 0, 1); // 8 bytes
    bed.input(1, stamped(bed, 0, 30, 7).options(TcpOptions.timestamps(10, 1000)));
    bed.input(1, stamped(bed, 7, 60, 7).options(TcpOptions.timestamps(12, 1005)));
    bed.input(1, stamped(bed, 14, 90, 0).options(TcpOptions.timestamps(15, 1010)).window(77));
    assertThat(bed.taken()).isEqualTo("0+7 a30 t10/500, 0 a90 t15/510");
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("0+7 a90 t15/1010, 7+7 a90 t15/1010");
    bed.output(1, 90, 0, 14, 100);
    assertThat(bed.feed.idle()).isTrue();
  }

  private static Frames stamped(FeedBed bed, int from, int ack, int size) {
    return bed.client(1)
        .sequence(CLIENT + from)
        .acknowledgement(PRIMARY + ack)
        .content(new byte[size]);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterPromotionNumbersStayAndNothingNewIsKept(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 10, 0, 100);
    bed.feed.secondaryStopped(); // a checkpoint that fails
    bed.feed.epochMark(1);
    bed.input(1, bed.udp("waits"));
    bed.input(1, 0, 5, 20);
    bed.feed.promoted(bed.now);
    assertThat(bed.taken()).isEqualTo("waits, 0+5 a10");
    assertThat(bed.feed.translations())
        .containsExactly(new Translation(bed.flow(1), PRIMARY - SECONDARY, 500));
    bed.input(1, 5, 5, 20);
    assertThat(bed.taken()).isEqualTo("5+5 a10");
    bed.after(200);
    assertThat(bed.taken()).isEqualTo("0+5 a10");
    bed.output(1, 10, 0, 5, 100);
    assertThat(bed.feed.idle()).isFalse(); // the acknowledgement of 20 is still to come
    bed.output(1, 10, 10, 5, 100);
    assertThat(bed.taken()).isEqualTo("5 a20");
    assertThat(bed.feed.idle()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionThatHasEndedIsNotTranslatedAfterPromotion(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 10, 0, 100);
    bed.input(1, fin(bed, 10));
    bed.output(1, bed.guest(1).flags(FIN).sequence(SECONDARY + 10).acknowledgement(CLIENT + 1));
    assertThat(bed.feed.translations()).hasSize(1); // the client has not heard of the end
    bed.input(1, 1, 0, 11);
    assertThat(bed.feed.translations()).isEmpty();
    // The same ports again are another connection.
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(CLIENT + 999).acknowledgement(0));
    bed.output(
        1,
        bed.guest(1)
            .flags(Packet.SYN | Packet.ACK)
            .sequence(SECONDARY + 4999)
            .acknowledgement(CLIENT + 1000));
    bed.feed.opened(bed.flow(1), 77, 0);
    assertThat(bed.feed.translations()).containsExactly(new Translation(bed.flow(1), 77, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConnectionOfWhichOneEndHasEndedIsTranslatedAfterPromotion(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 10, 0, 100);
    bed.input(1, fin(bed, 10));
    bed.output(1, 10, 10, 1, 100);
    bed.input(1, 1, 0, 20);
    assertThat(bed.feed.translations()).hasSize(1);
  }

  private static Frames fin(FeedBed bed, int ack) {
    return bed.client(1).flags(FIN).sequence(CLIENT).acknowledgement(PRIMARY + ack);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSilentConnectionDoesNotKeepTheFeedForEver(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 5, 0);
    bed.feed.promoted(bed.now);
    bed.after(299_000);
    assertThat(bed.feed.idle()).isFalse();
    bed.after(1_000);
    assertThat(bed.feed.idle()).isTrue();
    assertThat(bed.feed.statistics().reclaimed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResetEndsWhatIsKept(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 5, 0);
    bed.input(1, reset(bed, 900)); // no guest takes it there
    assertThat(bed.feed.idle()).isFalse();
    bed.input(1, reset(bed, 5));
    assertThat(bed.taken()).isEqualTo("0+5 a0, 900 R a70, 5 R a70");
    assertThat(bed.feed.idle()).isTrue();
    assertThat(bed.feed.translations()).isEmpty();

    bed.input(2, 0, 5, 0);
    bed.output(2, bed.guest(2).flags(Packet.RST));
    assertThat(bed.feed.idle()).isTrue();
  }

  private static Frames reset(FeedBed bed, int from) {
    return bed.client(1)
        .flags(Packet.RST | Packet.ACK)
        .sequence(CLIENT + from)
        .acknowledgement(PRIMARY + 70);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSecondConnectionOfTheSamePortsBeginsAnew(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 50, 0, 100);
    bed.input(1, 0, 5, 40);
    bed.taken();
    int client = CLIENT - 90_000;
    int secondary = SECONDARY - 1_000_000;
    bed.input(1, bed.client(1).flags(Packet.SYN).sequence(client - 1));
    assertThat(bed.feed.idle()).isFalse(); // the SYN may be false
    bed.output(
        1,
        bed.guest(1)
            .flags(Packet.SYN | Packet.ACK)
            .sequence(secondary - 1)
            .acknowledgement(client)
            .options(TcpOptions.windowScale(3)));
    assertThat(bed.feed.idle()).isTrue();
    bed.feed.opened(bed.flow(1), PRIMARY - 777 - secondary, 1);
    bed.secondary = secondary;
    bed.taken();
    bed.input(1, bed.client(1).sequence(client).acknowledgement(PRIMARY - 777 + 30).content("abc"));
    assertThat(bed.taken()).isEqualTo("-90000+3 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatDoesNotFitIsRefusedAndAskedForBefore(boolean v6) {
    FeedBounds bounds = new FeedBounds(100_000, 20_000, 10);
    FeedBed bed = new FeedBed(v6, bounds);
    assertThat(bed.input(1, 0, 9_000, 0)).isTrue();
    assertThat(bed.feed.checkpointDue()).isFalse();
    assertThat(bed.input(1, 9_000, 9_000, 0)).isTrue();
    assertThat(bed.feed.checkpointDue()).isTrue();
    bed.taken();
    assertThat(bed.input(1, 18_000, 1_000, 0)).isFalse();
    assertThat(bed.taken()).isEmpty();
    assertThat(bed.input(1, 18_000, 0, 0)).isTrue(); // holds nothing
    for (int port = 2; port <= 7; port++) {
      assertThat(bed.input(port, 0, 13_000, 0)).isEqualTo(port < 7);
    }
    assertThat(bed.feed.statistics().refused()).isEqualTo(2);
    bed.load(1);
    assertThat(bed.feed.checkpointDue()).isFalse();
    assertThat(bed.input(7, 0, 7_000, 0)).isTrue(); // little is new: a checkpoint does not help
    assertThat(bed.feed.checkpointDue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatNobodyAcknowledgesIsReclaimedAfterTwoStates(boolean v6) {
    FeedBed bed = new FeedBed(v6);
    bed.input(1, 0, 5, 0);
    bed.after(10_000);
    bed.load(1);
    assertThat(bed.feed.idle()).isFalse();
    bed.input(1, 5, 5, 0);
    bed.load(2);
    assertThat(bed.feed.statistics().heldFrames()).isEqualTo(1);
    assertThat(bed.feed.statistics().reclaimed()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLongestUnusedConnectionWithoutContentGivesWay(boolean v6) {
    FeedBed bed = new FeedBed(v6, new FeedBounds(100_000, 20_000, 2));
    bed.output(1, 0, 10, 0, 100);
    bed.input(2, 0, 5, 0);
    bed.input(1, 0, 0, 10);
    bed.output(3, 0, 10, 0, 100); // 1 goes
    assertThat(bed.feed.statistics().evicted()).isEqualTo(1);
    assertThat(bed.feed.checkpointDue()).isFalse();
    bed.feed.opened(bed.flow(3), 5, 5);
    bed.input(1, 0, 5, 0); // 3 goes, and its numbers
    assertThat(bed.feed.checkpointDue()).isTrue();
    assertThat(bed.input(4, 0, 5, 0)).isFalse();
    assertThat(bed.input(4, 0, 0, 0)).isTrue();
    assertThat(bed.feed.statistics().flows()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionsWithoutUseAreForgottenAtALoad(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(2, 0, 5, 0);
    bed.after(60_000);
    bed.output(3, 0, 10, 0, 100);
    bed.load(1);
    assertThat(bed.feed.statistics().flows()).isEqualTo(2);
  }
}
