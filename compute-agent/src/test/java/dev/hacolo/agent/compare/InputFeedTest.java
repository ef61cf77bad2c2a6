package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.FeedBed.CLIENT;
import static dev.hacolo.agent.compare.FeedBed.PRIMARY;
import static dev.hacolo.agent.compare.FeedBed.SECONDARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One rule each, with IPv4 and IPv6; positions wrap around (see {@link FeedBed}). */
final class InputFeedTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inputsAreInjectedInOrderInTheSecondarysNumbers(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 0, 0);
    bed.input(1, bed.udp("hello"));
    bed.input(1, 0, 10, 0);
    bed.input(2, 0, 5, 0);
    assertThat(bed.taken()).isEqualTo("0 a0, hello, 0+10 a0, 2:0+5 a" + (PRIMARY - SECONDARY));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void contentIsKeptUntilBothHaveAcknowledgedIt(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 30, 0);
    bed.input(1, 30, 10, 0);
    bed.output(1, 0, 0, 29, 100);
    bed.output(1, 0, 0, 30, 100);
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 40, 100);
    assertThat(bed.feed.idle()).isTrue();
    assertThat(bed.feed.statistics().heldFrames()).isEqualTo(2);
    bed.feed.acknowledged(bed.flow(1), FeedBed.CLIENT + 40);
    bed.load(1);
    assertThat(bed.feed.statistics().heldBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFinIsKeptLikeContent(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(
        1, bed.client(1).flags(Packet.FIN | Packet.ACK).sequence(CLIENT).acknowledgement(PRIMARY));
    assertThat(bed.taken()).isEqualTo("0 F a0");
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 1, 100);
    assertThat(bed.feed.idle()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsNotAcknowledgedIsRepeatedMoreAndMoreSeldom(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 0, 30, 0);
    bed.taken();
    bed.after(199);
    assertThat(bed.taken()).isEmpty();
    bed.after(1);
    assertThat(bed.taken()).isEqualTo("0+30 a0");
    bed.after(399);
    assertThat(bed.taken()).isEmpty();
    bed.after(1);
    assertThat(bed.taken()).isEqualTo("0+30 a0");
    bed.after(800);
    bed.after(1600);
    assertThat(bed.taken()).isEqualTo("0+30 a0, 0+30 a0");
    bed.after(1599);
    assertThat(bed.taken()).isEmpty();
    bed.after(1);
    assertThat(bed.taken()).isEqualTo("0+30 a0");
    assertThat(bed.feed.statistics().repeated()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRoundRepeatsTheTenLowestAndProgressEndsTheBackOff(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    for (int i = 0; i < 12; i++) {
      bed.input(1, i, 1, 0);
    }
    bed.taken();
    bed.after(200);
    assertThat(bed.taken().split(", ")).hasSize(10).startsWith("0+1 a0").endsWith("9+1 a0");
    bed.output(1, 0, 0, 11, 100);
    bed.after(199);
    assertThat(bed.taken()).isEmpty();
    bed.after(1);
    assertThat(bed.taken()).isEqualTo("11+1 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAcknowledgementWaitsUntilTheSecondaryHasSentThat(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(
        1,
        bed.client(1)
            .sequence(CLIENT)
            .acknowledgement(PRIMARY + 100)
            .options(TcpOptions.timestamps(7, 1000), TcpOptions.sack(PRIMARY + 120, PRIMARY + 150))
            .content("x"));
    assertThat(bed.taken()).isEqualTo("0+1 a0 t7/500");
    bed.output(1, 0, 60, 1, 100);
    assertThat(bed.taken()).isEqualTo("1 a60 t7/500");
    bed.output(1, 60, 60, 1, 100);
    assertThat(bed.taken()).isEqualTo("1 a100 t7/500");
    bed.output(1, 120, 5, 1, 100);
    assertThat(bed.taken()).isEmpty();
    assertThat(bed.feed.statistics().acknowledgements()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sackIsCutWhereTheSecondaryIs(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 140, 0, 100);
    bed.input(
        1,
        bed.client(1)
            .sequence(CLIENT)
            .acknowledgement(PRIMARY + 100)
            .options(TcpOptions.sack(PRIMARY + 150, PRIMARY + 160, PRIMARY + 120, PRIMARY + 145)));
    assertThat(bed.taken()).isEqualTo("0 a100 s120-140");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRepetitionOfTheSecondaryIsAcknowledgedAgain(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 60, 0, 100);
    bed.input(1, 0, 0, 60);
    assertThat(bed.taken()).isEqualTo("0 a60");
    bed.output(1, 0, 60, 0, 100);
    assertThat(bed.taken()).isEqualTo("0 a60");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void contentBeyondTheWindowWaitsInItsFlowOnly(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 0, 0, 2); // scale 3: 16 bytes
    bed.input(1, 0, 10, 0);
    bed.input(1, 10, 10, 0);
    bed.input(1, 20, 10, 0);
    bed.input(2, 0, 10, 0);
    bed.input(1, 30, 0, 0); // at a position at which the guest takes it
    assertThat(bed.taken()).isEqualTo("0+10 a0, 2:0+10 a%d, 0 a0".formatted(PRIMARY - SECONDARY));
    bed.output(1, 0, 0, 10, 2);
    assertThat(bed.taken()).isEqualTo("10+10 a0");
    bed.output(1, 0, 0, 10, 3);
    assertThat(bed.taken()).isEqualTo("20+10 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClosedWindowIsProbed(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 0, 0, 0);
    bed.input(1, 0, 10, 0);
    bed.input(1, 10, 10, 0);
    assertThat(bed.taken()).isEmpty();
    bed.after(200);
    assertThat(bed.taken()).isEqualTo("0+10 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheSecondaryHasIsInjectedButNotKept(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 0, 10, 100);
    bed.input(1, 9, 1, 0);
    assertThat(bed.taken()).isEqualTo("9+1 a0");
    assertThat(bed.feed.idle()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLowestPositionIsRepeatedFirst(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.input(1, 20, 10, 0);
    bed.input(1, 0, 10, 0);
    bed.input(1, 10, 10, 0);
    assertThat(bed.taken()).isEqualTo("20+10 a0, 0+10 a0, 10+10 a0");
    bed.after(200);
    assertThat(bed.taken()).isEqualTo("0+10 a0, 10+10 a0, 20+10 a0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAcknowledgementOfTheOldStateDoesNotHideContentFromTheNewOne(boolean v6) {
    FeedBed bed = FeedBed.open(v6);
    bed.output(1, 0, 0, 10, 100);
    bed.load(1);
    bed.input(1, 0, 10, 0); // the client repeats it: the primary's state does not have it
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 0, 1);
    assertThat(bed.feed.idle()).isFalse();
    bed.output(1, 0, 0, 10, 1);
    assertThat(bed.feed.idle()).isTrue();
  }
}
