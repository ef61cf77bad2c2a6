package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients have of the old primary, against what the new one sends. */
final class OpenLedgerTest {
  private static final int BASE = Integer.MAX_VALUE - 2;
  private static final int OTHER = -3;
  private final LedgerBed bed = new LedgerBed(BASE).opened(OTHER);

  private LedgerBed inherited() {
    return new LedgerBed(BASE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameBytesInOtherCutsLeaveAndCloseTheLedger(boolean v6) {
    Segments segments = v6 ? new Segments().v6() : new Segments();
    LedgerBed b = new LedgerBed(segments, BASE, ComparatorLimits.DEFAULT).opened(OTHER);
    b.entry(0, "hello ");
    b.entry(6, "world");
    b.acknowledge(11);
    b.secondary(0, "hel");
    b.takeOver();
    assertThat(b.text()).isEmpty();
    b.secondary(3, "lo wo");
    assertThat(b.text()).isEqualTo("hel");
    b.secondary(8, "rld, more");
    assertThat(b.text()).isEqualTo("hello world, more");
    assertThat(b.ledger().isEmpty()).isTrue();
    assertThat(b.ledger().confirmed()).isEqualTo(2);
    assertThat(b.ledger().resets()).isZero();
  }

  /** A has learnt of the checkpoint late: the entry may be about an output behind the new state. */
  @Test
  void anEntryInFrontOfTheMarkOfTheStateThatIsLoadedIsRefused() {
    bed.comparator().secondaryStopped();
    assertThat(bed.entry(0, "hello")).isTrue();
    assertThat(bed.verdicts).endsWith(Verdict.DIFFERENT);
    bed.verdicts.clear();
    bed.comparator().stateLoaded();
    assertThat(bed.entry(5, "world")).isTrue();
    assertThat(bed.verdicts).containsExactly(Verdict.DIFFERENT);
    bed.comparator().epochMark(bed.comparator().epoch());
    bed.takeOver();
    assertThat(bed.ledger().isEmpty()).isTrue();
  }

  /** The mark was faster than the load: the entry is of the new epoch. */
  @Test
  void anEntryBehindTheMarkIsKeptUntilTheLoad() {
    bed.comparator().secondaryStopped();
    bed.comparator().epochMark(bed.comparator().epoch() + 1);
    bed.verdicts.clear();
    assertThat(bed.entry(0, "hello")).isTrue();
    bed.comparator().stateLoaded();
    assertThat(bed.verdicts).isEmpty();
    bed.takeOver();
    assertThat(bed.ledger().isEmpty()).isFalse();
  }

  @Test
  void aDifferentByteLetsNothingLeave() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    bed.secondary(0, "heX");
    assertThat(bed.resets).isEmpty();
    bed.secondary(3, "lo");
    bed.secondary(5, "later");
    assertThat(bed.released).isEmpty();
    assertThat(bed.resets).hasSize(1);
    Frame last = bed.resets.get(0).last();
    assertThat(last).isNotNull();
    assertThat(bed.ledger().isEmpty()).isTrue();
    assertThat(bed.ledger().resets()).isEqualTo(1);
  }

  /** The verdict was given, and A has gone before the checkpoint that it called for. */
  @Test
  void aDifferenceFoundBeforeTheTakeOverIsNotForgotten() {
    bed.entry(0, "hello");
    bed.secondary(0, "hallo");
    bed.secondary(5, " and more");
    assertThat(bed.verdicts).contains(Verdict.DIFFERENT);
    bed.takeOver();
    assertThat(bed.text()).isEmpty();
    assertThat(bed.resets).hasSize(1);
    bed.secondary(14, "again");
    assertThat(bed.text()).isEmpty();
  }

  @Test
  void aDifferenceInWhatHadNotLeftHarmsNobody() {
    bed.record(0, LedgerBed.bytes("hello"), false);
    bed.entry(5, "never left");
    bed.secondary(0, "hallo");
    bed.takeOver();
    bed.secondary(5, "other");
    assertThat(bed.text()).isEqualTo("halloother");
    assertThat(bed.resets).isEmpty();
    assertThat(bed.ledger().isEmpty()).isTrue();
  }

  @Test
  void behindARecordThatWaitedNothingHasLeft() {
    bed.entry(0, "abc");
    bed.record(3, LedgerBed.bytes("def"), false);
    bed.entry(6, "ghi");
    assertThat(bed.comparator().statistics().waiting()).isEqualTo(3);
    bed.takeOver();
    assertThat(bed.comparator().statistics().waiting()).isEqualTo(1);
    bed.secondary(0, "abcXXXXXX");
    assertThat(bed.text()).isEqualTo("abcXXXXXX");
    assertThat(bed.resets).isEmpty();
  }

  @Test
  void ofSeveralEntriesThoseInFrontOfTheDifferentOneLeave() {
    bed.entry(0, "abc");
    bed.entry(3, "def");
    bed.entry(6, "ghi");
    bed.takeOver();
    bed.secondary(0, "abc");
    bed.secondary(3, "dXf");
    bed.secondary(6, "ghi");
    assertThat(bed.text()).isEqualTo("abc");
    assertThat(bed.ledger().confirmed()).isEqualTo(1);
    assertThat(bed.resets).hasSize(1);
  }

  @Test
  void whatWasRefusedWhileTheVmStoodForAnAbortedCheckpointHasNotLeft() {
    bed.comparator().secondaryStopped();
    bed.entry(0, "hello");
    assertThat(bed.verdicts).endsWith(Verdict.DIFFERENT);
    bed.takeOver();
    bed.secondary(0, "hallo");
    assertThat(bed.text()).isEqualTo("hallo");
    assertThat(bed.resets).isEmpty();
  }

  @Test
  void entriesOfAnEpochWhoseStateIsLoadedDoNotCount() {
    bed.entry(0, "hello");
    bed.checkpoint();
    assertThat(bed.takeOver().isEmpty()).isTrue();
    bed.raw(new Segments().tcp(Packet.ACK, Integer.MIN_VALUE + 2, 100, LedgerBed.bytes("on")));
    assertThat(bed.text()).isEqualTo("on");
  }

  @Test
  void aStateThatGoesOnBehindAnEntryHasIt() {
    LedgerBed b = inherited();
    b.entry(0, "hello");
    b.takeOver();
    b.secondary(5, " on");
    assertThat(b.text()).isEqualTo(" on");
    assertThat(b.ledger().isEmpty()).isTrue();
    assertThat(b.ledger().confirmed()).isEqualTo(1);
    assertThat(b.resets).isEmpty();
  }

  /** No state of before has sent anything on it. */
  @Test
  void onAConnectionOfThisEpochAHoleProvesNothing() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    bed.secondary(5, " on");
    assertThat(bed.released).isEmpty();
    bed.secondary(0, "hallo");
    assertThat(bed.released).isEmpty();
    assertThat(bed.resets).hasSize(1);
  }

  /** What it has sent there may have been lost here for want of room. */
  @Test
  void aHoleProvesNothingIfOutputsWereLost() {
    long room = 1 << 20;
    LedgerBed b =
        new LedgerBed(new Segments(), BASE, new ComparatorLimits(room, room, 16, 16, 16, 16, 16));
    for (int i = 0; i < 17; i++) {
      b.secondary(Packet.ACK, i * 65_000, new byte[65_000]);
    }
    assertThat(b.comparator().statistics().droppedOutputs()).isPositive();
    b.entry(17 * 65_000, "hello");
    b.takeOver();
    b.released.clear();
    b.secondary(17 * 65_000 + 5, " on");
    assertThat(b.released).isEmpty();
  }

  @Test
  void whoNeverAnswersIsResetAfterTenSeconds() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.ledger().tick(10_000_000_000L);
    assertThat(bed.resets).isEmpty();
    bed.ledger().tick(10_000_000_001L);
    assertThat(bed.resets).singleElement().matches(reset -> reset.last() == null);
    assertThat(bed.ledger().isEmpty()).isTrue();
  }

  @Test
  void aFinBehindTheEntriesLeavesWithThem() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.secondary(Packet.FIN | Packet.ACK, 0, LedgerBed.bytes("hello"));
    assertThat(bed.text()).isEqualTo("hello");
    assertThat(bed.resets).isEmpty();
  }

  @Test
  void aFinInsideOfAnEntryIsADifference() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    bed.secondary(Packet.FIN | Packet.ACK, 0, LedgerBed.bytes("hel"));
    assertThat(bed.released).isEmpty();
    assertThat(bed.resets).hasSize(1);
  }

  @Test
  void aResetOfTheVmEndsTheConnection() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    bed.secondary(0, "hel");
    bed.secondary(Packet.RST, 3, new byte[0]);
    assertThat(bed.released).hasSize(1);
    assertThat(Segments.parsed(bed.released.get(0)).has(Packet.RST)).isTrue();
    assertThat(bed.ledger().isEmpty()).isTrue();
  }

  /** The VM has not got the client's answer to its SYN-ACK yet. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRepeatedSynAckClosesNothing(boolean openedInThisEpoch) {
    LedgerBed b = openedInThisEpoch ? bed : inherited();
    b.entry(0, "hello");
    b.takeOver();
    b.released.clear();
    b.secondary(Packet.SYN | Packet.ACK, -1, new byte[0]);
    assertThat(b.released).hasSize(1);
    assertThat(b.ledger().isEmpty()).isFalse();
    b.secondary(0, "hallo");
    assertThat(b.released).hasSize(1);
    assertThat(b.resets).hasSize(1);
  }

  @Test
  void anotherConnectionOfTheSamePortsIsFree() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    int isn = OTHER + 100_000_000;
    bed.raw(new Segments().tcp(Packet.SYN | Packet.ACK, isn, 777, new byte[0]));
    bed.raw(new Segments().tcp(Packet.ACK, isn + 1, 777, LedgerBed.bytes("new")));
    assertThat(bed.text()).isEqualTo("new");
    assertThat(bed.resets).isEmpty();
    assertThat(bed.ledger().isEmpty()).isTrue();
  }

  @Test
  void whatWaitsIsBoundedAndEndsOnce() {
    bed.entry(0, "hello");
    bed.takeOver();
    bed.released.clear();
    byte[] much = new byte[65_000];
    for (int i = 0; i <= OpenLedger.MAX_WAITING_BYTES / much.length; i++) {
      assertThat(bed.resets).isEmpty();
      bed.secondary(Packet.ACK, 5 + i * much.length, much);
    }
    assertThat(bed.released).isEmpty();
    assertThat(bed.resets).hasSize(1);
    assertThat(bed.ledger().resets()).isEqualTo(1);
  }

  @Test
  void anAcknowledgementBeyondWhatWasComparedForgetsNothingThatIsNeeded() {
    bed.entry(0, "hello");
    bed.acknowledge(5);
    bed.secondary(0, "hello more");
    bed.takeOver();
    assertThat(bed.text()).isEqualTo("hello more");
    assertThat(bed.resets).isEmpty();
    LedgerBed all = new LedgerBed(BASE).opened(OTHER);
    all.entry(0, "hello");
    all.acknowledge(5);
    all.secondary(0, "hello");
    assertThat(all.comparator().statistics().bytes()).isZero();
    all.takeOver();
    assertThat(all.released).isEmpty();
  }

  /** A forged one must not make the secondary forget what is still to be sent again. */
  @Test
  void anAcknowledgementOfWhatHasNotLeftIsNone() {
    bed.record(0, LedgerBed.bytes("hello"), false);
    bed.acknowledge(5);
    bed.secondary(0, "hello");
    bed.acknowledge(6);
    bed.takeOver();
    assertThat(bed.text()).isEqualTo("hello");
  }

  /** Acknowledged entries must find room when the checkpoint is aborted. */
  @Test
  void anEntryWithoutRoomIsNotTaken() {
    long room = 1 << 20;
    LedgerBed b =
        new LedgerBed(new Segments(), BASE, new ComparatorLimits(room, room, 16, 16, 16, 16, 16));
    for (int i = 0; i < 10; i++) {
      assertThat(b.entry(i, "x")).isTrue();
    }
    b.comparator().secondaryStopped();
    byte[] x = LedgerBed.bytes("x");
    for (int i = 10; i < 16; i++) {
      assertThat(b.record(i, x, false)).isTrue();
    }
    assertThat(b.record(16, x, false)).isFalse();
    b.takeOver();
    b.secondary(0, "xxxxxxxxxxxxxxxx");
    assertThat(b.ledger().confirmed()).isEqualTo(10);
  }
}
