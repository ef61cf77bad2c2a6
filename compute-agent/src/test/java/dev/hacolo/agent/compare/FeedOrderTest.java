package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.InputHint.Kind;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When the secondary VM is given what is understood: see {@link FeedBed} for how it is read. */
final class FeedOrderTest {
  private static final int CONNECTIONS = 3;
  private static final int KEY = 7;

  private final FeedBed bed = new FeedBed(false);
  private final int[] sent = new int[CONNECTIONS + 1];
  private long inputs;

  FeedOrderTest() {
    bed.secondary = FeedBed.SECONDARY;
    for (int port = 1; port <= CONNECTIONS; port++) {
      bed.input(
          port,
          bed.client(port)
              .flags(Packet.SYN)
              .sequence(FeedBed.CLIENT - 1)
              .acknowledgement(0)
              .options(TcpOptions.windowScale(3)));
      bed.output(
          port,
          bed.guest(port)
              .flags(Packet.SYN | Packet.ACK)
              .sequence(FeedBed.SECONDARY - 1)
              .acknowledgement(FeedBed.CLIENT)
              .options(TcpOptions.windowScale(3)));
      bed.feed.opened(bed.flow(port), FeedBed.PRIMARY - FeedBed.SECONDARY, 0);
    }
    bed.taken();
  }

  /** A request of one byte; returns its number. */
  private long asks(int port, Kind kind, int tag) {
    Frame frame =
        bed.client(port)
            .sequence(FeedBed.CLIENT + sent[port]++)
            .acknowledgement(FeedBed.PRIMARY)
            .content(new byte[1])
            .frame();
    Packet parsed = new Packet();
    parsed.parse(frame);
    InputHint hint = new InputHint(kind, tag);
    assertThat(bed.feed.input(1, frame, parsed, hint, ++inputs, bed.now)).isTrue();
    return inputs;
  }

  private void primaryAnswers(int port, long number) {
    bed.feed.primaryAnswered(bed.flow(port), number, true, bed.now);
  }

  private void bothAnswer(int port, long number) {
    bed.feed.bothAnswered(bed.flow(port), number, bed.now);
  }

  @Test
  void whatIsNotUnderstoodAndReadsGoAtOnce() {
    asks(1, Kind.NONE, 0);
    asks(2, Kind.READ, KEY);
    assertThat(bed.taken()).isEqualTo("0+1 a0, 2:0+1 a0");
  }

  @Test
  void aChangeWaitsUntilThePrimaryHasAnsweredIt() {
    long set = asks(1, Kind.OVERWRITE, KEY);
    assertThat(bed.taken()).isEmpty();
    primaryAnswers(1, set);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
  }

  @Test
  void aReadBehindAChangeWaitsUntilBothHaveMadeIt() {
    long set = asks(1, Kind.OVERWRITE, KEY);
    long get = asks(2, Kind.READ, KEY);
    primaryAnswers(1, set);
    primaryAnswers(2, get);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
    bothAnswer(1, set);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
  }

  @Test
  void thePrimarysOrderCountsNotThatOfArrival() {
    long set = asks(1, Kind.OVERWRITE, KEY);
    long get = asks(2, Kind.READ, KEY);
    primaryAnswers(2, get);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
    primaryAnswers(1, set);
    assertThat(bed.taken()).isEmpty();
    bothAnswer(2, get);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
  }

  @Test
  void otherThingsAreNotWaitedFor() {
    asks(1, Kind.OVERWRITE, KEY);
    asks(2, Kind.READ, KEY + 1);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
  }

  @Test
  void whatKeepsItsPlaceAmongAllWaitsForAll() {
    long get = asks(1, Kind.READ, KEY);
    long pop = asks(2, Kind.ORDERED, 0);
    primaryAnswers(1, get);
    primaryAnswers(2, pop);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
    bothAnswer(1, get);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
    asks(3, Kind.READ, KEY);
    assertThat(bed.taken()).isEmpty();
  }

  @Test
  void earlyReadsGoTogetherAfterAMoment() {
    asks(1, Kind.EARLY_READ, KEY);
    asks(2, Kind.EARLY_READ, KEY);
    asks(1, Kind.EARLY_READ, KEY);
    bed.after(4);
    assertThat(bed.taken()).isEmpty();
    bed.after(2);
    assertThat(bed.taken()).isEqualTo("0+1 a0, 1+1 a0, 2:0+1 a0");
  }

  @Test
  void anEarlyReadGoesWhenItsAnswerHasToWaitAfterAll() {
    long get = asks(1, Kind.EARLY_READ, KEY);
    primaryAnswers(1, get);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
  }

  @Test
  void anEarlyAnswerAloneIsNoHurry() {
    long get = asks(1, Kind.EARLY_READ, KEY);
    bed.feed.primaryAnswered(bed.flow(1), get, false, bed.now);
    assertThat(bed.taken()).isEmpty();
  }

  @Test
  void whatAClientWaitsForTakesTheEarlyReadsOfItsConnectionAlong() {
    asks(1, Kind.EARLY_READ, KEY);
    asks(2, Kind.EARLY_READ, KEY + 1);
    asks(1, Kind.READ, KEY);
    assertThat(bed.taken()).isEqualTo("0+1 a0, 1+1 a0");
  }

  @Test
  void aChangeGoesBehindTheEarlyReadsThatThePrimaryAnsweredBeforeIt() {
    long early = asks(1, Kind.EARLY_READ, KEY);
    bed.feed.primaryAnswered(bed.flow(1), early, false, bed.now);
    long set = asks(2, Kind.OVERWRITE, KEY);
    primaryAnswers(2, set);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
    bothAnswer(1, early);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
  }

  @Test
  void nothingWaitsLongForAnAnswerThatDoesNotCome() {
    asks(1, Kind.OVERWRITE, KEY);
    asks(2, Kind.READ, KEY);
    bed.after(151);
    assertThat(bed.taken()).isEqualTo("0+1 a0");
    bed.after(151);
    assertThat(bed.taken()).startsWith("2:0+1 a0"); // and both once more, as not acknowledged
  }

  @Test
  void ofAConnectionThatDidNotAnswerNothingIsExpectedForAWhile() {
    asks(1, Kind.ORDERED, 0);
    bed.after(151);
    asks(1, Kind.ORDERED, 0);
    assertThat(bed.taken()).isEqualTo("0+1 a0, 1+1 a0");
    bed.after(150); // both are given up
    bed.after(1000);
    asks(1, Kind.ORDERED, 0);
    assertThat(bed.taken()).doesNotContain("2+1 a0");
  }

  @Test
  void aBusyVmGetsNoMoreEarlyReads() {
    long busy = 0;
    for (int i = 0; i < FeedOrder.FEW; i++) {
      busy = asks(1, Kind.READ, i);
    }
    asks(2, Kind.EARLY_READ, 100);
    bed.taken();
    bed.after(10);
    assertThat(bed.taken()).isEmpty();
    assertThat(bed.feed.behind(bed.now)).isEqualTo(10 * FeedBed.MILLI);
    bothAnswer(1, busy);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
    assertThat(bed.feed.behind(bed.now)).isZero();
  }

  @Test
  void aNewStateHasWhatWaitedOrIsGivenIt() {
    asks(1, Kind.EARLY_READ, KEY);
    asks(2, Kind.OVERWRITE, KEY);
    bed.feed.acknowledged(bed.flow(1), FeedBed.CLIENT + 1);
    bed.load(1);
    assertThat(bed.taken()).isEqualTo("2:0+1 a0");
    assertThat(bed.feed.behind(bed.now)).isZero();
  }

  @Test
  void theServingVmIsGivenEverything() {
    asks(1, Kind.EARLY_READ, KEY);
    asks(2, Kind.OVERWRITE, KEY);
    bed.feed.promoted(bed.now);
    assertThat(bed.taken()).isEqualTo("0+1 a0, 2:0+1 a0");
  }

  @Test
  void thereIsABoundToWhatWaits() {
    for (int i = 0; i <= FeedOrder.MAX_PARKED; i++) {
      asks(1, Kind.EARLY_READ, KEY);
    }
    assertThat(bed.injected).hasSize(FeedOrder.MAX_PARKED + 1);
  }

  /** Whatever the hints say, and whatever answers come or do not. */
  @Test
  void everythingIsGivenOnceAndInTheOrderOfItsConnection() {
    SplittableRandom random = new SplittableRandom(4);
    Kind[] kinds = Kind.values();
    for (int i = 0; i < 3000; i++) {
      int port = 1 + random.nextInt(CONNECTIONS);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> asks(port, kinds[random.nextInt(kinds.length)], random.nextInt(3));
        case 3 -> primaryAnswers(port, random.nextLong(inputs + 2));
        case 4 -> bothAnswer(port, random.nextLong(inputs + 2));
        default -> bed.after(random.nextInt(8));
      }
    }
    for (int i = 0; i < 6000; i++) { // nothing is answered any more
      bed.after(10);
    }
    assertThat(bed.feed.behind(bed.now)).isZero();
    List<String> wanted = new ArrayList<>();
    for (int port = 1; port <= CONNECTIONS; port++) {
      for (int i = 0; i < sent[port]; i++) {
        wanted.add((port == 1 ? "" : port + ":") + i + "+1 a0");
      }
    }
    assertThat(bed.injected.stream().distinct()).containsExactlyInAnyOrderElementsOf(wanted);
    for (int port = 1; port <= CONNECTIONS; port++) {
      String prefix = port == 1 ? "" : port + ":";
      assertThat(
              bed.injected.stream()
                  .filter(text -> prefix.isEmpty() ? !text.contains(":") : text.startsWith(prefix))
                  .distinct())
          .containsSubsequence(
              wanted.stream()
                  .filter(text -> prefix.isEmpty() ? !text.contains(":") : text.startsWith(prefix))
                  .toList());
    }
  }
}
