package dev.hacolo.agent.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.GatePolicy.Release;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate's own conditions of a pre-release: what B has, and where the epoch stands. */
final class GatePreReleaseTest {
  private static final int PORT = 4000;
  private static final int OTHER = 4001;
  private static final int ISN = 999;

  private final FakeOrigins origins = new FakeOrigins();
  private PairRig rig = rig(Release.STRICT);
  private final int[] next = {ISN + 1, ISN + 1};
  private long seal = 1;

  private PairRig rig(Release release) {
    return new PairRig(GatePolicy.DEFAULT.withRelease(release), ComparatorLimits.DEFAULT, origins);
  }

  @BeforeEach
  void begin() {
    rig.started();
    open(PORT);
    open(OTHER);
    rig.forget();
    origins.told.clear();
  }

  private void open(int port) {
    rig.input(0, client(port).tcp(Packet.SYN, 99, 0, new byte[0]));
    Frame answer = guest(port).tcp(Packet.SYN | Packet.ACK, ISN, 100, new byte[0]);
    rig.primary(0, answer);
    rig.secondary(0, answer);
    rig.carry();
    assertThat(rig.records.get(rig.records.size() - 1).preReleased()).isFalse();
  }

  private static Segments guest(int port) {
    return new Segments().ports(80, port);
  }

  private static Segments client(int port) {
    return guest(port).fromGuest(false);
  }

  /** The primary sends; returns the record, which B has not got. */
  private OutputRecord sends(int port, int flags, String content) {
    rig.primary(0, guest(port).tcp(flags, next[port - PORT], 100, content.getBytes(US_ASCII)));
    next[port - PORT] += content.length();
    return rig.records.get(rig.records.size() - 1);
  }

  private OutputRecord sends(String content) {
    return sends(PORT, Packet.ACK, content);
  }

  private void hasRecord(OutputRecord output) {
    rig.gate.recordsStable(output.id() + 1);
  }

  private void verdict(OutputRecord output, Verdict verdict) {
    rig.gate.verdict(output.id(), verdict);
  }

  private List<String> left() {
    return rig.released.stream()
        .map(o -> Segments.parsed(o.frame()))
        .map(p -> new String(p.data(), p.payload(), p.payloadLength(), US_ASCII))
        .toList();
  }

  @Test
  void leavesWhenBHasItsRecord() {
    OutputRecord output = sends("Sa");
    assertThat(output.preReleased()).isTrue();
    assertThat(left()).isEmpty();
    rig.gate.recordsStable(output.id());
    assertThat(left()).isEmpty();
    hasRecord(output);
    assertThat(left()).containsExactly("Sa");
    assertThat(rig.gate.statistics(0).preReleased()).isEqualTo(1);
  }

  @Test
  void needsTheInputsBeforeIt() {
    rig.input(0, client(PORT).tcp(Packet.ACK, 100, next[0], new byte[] {'g'}));
    OutputRecord output = sends("Sa");
    hasRecord(output);
    assertThat(left()).isEmpty();
    rig.gate.inputsStable(rig.gate.inputs());
    assertThat(left()).containsExactly("Sa");
  }

  @Test
  void otherContentWaitsForItsVerdict() {
    OutputRecord output = sends("a");
    assertThat(output.preReleased()).isFalse();
    hasRecord(output);
    assertThat(left()).isEmpty();
    verdict(output, Verdict.EQUAL);
    assertThat(left()).containsExactly("a");
  }

  @Test
  void aDifferenceInWhatHasLeftEndsItForTheEpoch() {
    OutputRecord first = sends("Sa");
    hasRecord(first);
    OutputRecord waiting = sends(OTHER, Packet.ACK, "Sb");
    assertThat(waiting.preReleased()).isTrue();
    verdict(first, Verdict.DIFFERENT);
    assertThat(rig.causes).contains(CheckpointCause.DIVERGENCE);
    hasRecord(waiting);
    assertThat(left()).containsExactly("Sa");
    OutputRecord later = sends("Sc");
    assertThat(later.preReleased()).isFalse();
    hasRecord(later);
    assertThat(left()).containsExactly("Sa");
    verdict(waiting, Verdict.EQUAL);
    assertThat(left()).containsExactly("Sa", "Sb");
    checkpoint();
    assertThat(sends("Sd").preReleased()).isTrue();
  }

  @Test
  void aDifferenceInWhatWaitsEndsItToo() {
    OutputRecord first = sends("a");
    OutputRecord ledger = sends(OTHER, Packet.ACK, "Sb");
    verdict(first, Verdict.DIFFERENT);
    hasRecord(ledger);
    assertThat(left()).isEmpty();
    assertThat(sends(OTHER, Packet.ACK, "Sc").preReleased()).isFalse();
  }

  @Test
  void aDifferenceOfThePastIsForgotten() {
    OutputRecord first = sends("Sa");
    hasRecord(first);
    checkpoint();
    verdict(first, Verdict.DIFFERENT);
    assertThat(sends("Sb").preReleased()).isTrue();
  }

  private void checkpoint() {
    rig.gate.stopped();
    rig.gate.sealed(++seal, true);
    rig.gate.checkpointed(seal);
  }

  @Test
  void nothingBeforeTheFirstCheckpoint() {
    rig = rig(Release.STRICT);
    rig.input(0, client(PORT).tcp(Packet.SYN, 99, 0, new byte[0]));
    rig.primary(0, guest(PORT).tcp(Packet.SYN | Packet.ACK, ISN, 100, new byte[0]));
    rig.primary(0, guest(PORT).tcp(Packet.ACK, ISN + 1, 100, new byte[] {'S'}));
    assertThat(rig.records).isEmpty();
    rig.carry();
    assertThat(rig.released).isEmpty();
  }

  @Test
  void nothingBeforeTheStateIsLoaded() {
    rig.gate.stopped();
    rig.gate.sealed(++seal, true);
    OutputRecord output = sends("Sa");
    assertThat(output.preReleased()).isFalse();
    rig.gate.checkpointed(seal);
    hasRecord(output);
    assertThat(left()).isEmpty();
    assertThat(sends(OTHER, Packet.ACK, "Sb").preReleased()).isTrue();
  }

  @Test
  void nothingAfterACheckpointThatWasAborted() {
    rig.gate.stopped();
    rig.gate.sealed(++seal, true);
    rig.gate.stopped();
    rig.gate.sealed(++seal, true);
    assertThat(sends("Sa").preReleased()).isFalse();
    rig.gate.checkpointed(seal - 1);
    assertThat(sends("Sb").preReleased()).isFalse();
    rig.gate.checkpointed(seal);
    assertThat(sends("Sc").preReleased()).isTrue();
  }

  @Test
  void nothingInAnEpochThatBeganUncertain() {
    rig.gate.stopped();
    rig.gate.sealed(++seal, false);
    assertThat(sends("Sa").preReleased()).isFalse();
    checkpoint();
    assertThat(sends("Sb").preReleased()).isTrue();
  }

  @Test
  void anUncertainSealTakesBackWhatWaitsForB() {
    OutputRecord output = sends("Sa");
    rig.gate.stopped();
    rig.gate.sealed(++seal, false);
    hasRecord(output);
    assertThat(left()).isEmpty();
    checkpoint();
    assertThat(left()).containsExactly("Sa");
  }

  @Test
  void nothingThatIsReadWhileTheVmStops() {
    rig.gate.stopped();
    OutputRecord output = sends("Sa");
    assertThat(output.preReleased()).isFalse();
    hasRecord(output);
    assertThat(left()).isEmpty();
    rig.gate.continued();
    assertThat(sends("Sb").preReleased()).isTrue();
  }

  /** It was read before the stop was known, and B has the ledger's entry. */
  @Test
  void bMayConfirmTheRecordWhileTheVmStops() {
    OutputRecord output = sends("Sa");
    rig.gate.stopped();
    hasRecord(output);
    assertThat(left()).containsExactly("Sa");
  }

  @Test
  void aVerdictBeforeTheLedgerIsOne() {
    OutputRecord output = sends("Sa");
    verdict(output, Verdict.EQUAL);
    assertThat(left()).containsExactly("Sa");
    assertThat(origins.told).containsExactly("confirmed Sa");
    hasRecord(output);
    assertThat(left()).containsExactly("Sa");
    assertThat(rig.gate.statistics(0).preReleased()).isZero();
  }

  @Test
  void aVerdictWhileTheVmStopsIsNotEnough() {
    OutputRecord output = sends("Sa");
    rig.gate.stopped();
    verdict(output, Verdict.EQUAL);
    assertThat(left()).isEmpty();
    hasRecord(output);
    assertThat(left()).containsExactly("Sa");
  }

  @Test
  void keepsTheOrderOfItsConnection() {
    OutputRecord first = sends("a");
    OutputRecord second = sends("Sb");
    OutputRecord other = sends(OTHER, Packet.ACK, "Sc");
    hasRecord(other);
    assertThat(second.preReleased()).isTrue();
    assertThat(left()).containsExactly("Sc");
    verdict(first, Verdict.EQUAL);
    assertThat(left()).containsExactly("Sc", "a", "Sb");
  }

  @ParameterizedTest
  @ValueSource(ints = {Packet.ACK | Packet.FIN, Packet.ACK | Packet.RST, Packet.ACK | Packet.SYN})
  void segmentsThatBeginOrEndWait(int flags) {
    OutputRecord output = sends(PORT, flags, "Sa");
    assertThat(output.preReleased()).isFalse();
    hasRecord(output);
    assertThat(left()).isEmpty();
  }

  @Test
  void contentBesideASynWaits() {
    rig.input(0, client(PORT).tcp(Packet.SYN, 299, 0, new byte[0]));
    byte[] content = {'S'};
    rig.primary(0, guest(PORT).tcp(Packet.SYN | Packet.ACK, 6999, 300, content));
    assertThat(origins.told).contains("open 4000 300 7000");
    assertThat(rig.records).singleElement().matches(r -> !r.preReleased());
  }

  @Test
  void datagramsWait() {
    rig.primary(0, guest(PORT).udp(new byte[] {'S'}));
    assertThat(rig.records).hasSize(1);
    hasRecord(rig.records.get(0));
    assertThat(left()).isEmpty();
  }

  @Test
  void aConnectionFromBeforeIsNotFollowed() {
    rig.primary(0, guest(5000).tcp(Packet.ACK, 7000, 1, new byte[] {'S'}));
    assertThat(rig.records).singleElement().matches(r -> !r.preReleased());
  }

  @ParameterizedTest
  @EnumSource(
      value = Release.class,
      names = {"ALL", "COMPARE"})
  void otherReleasesAskNothingAndFlagNothing(Release release) {
    rig = rig(release);
    begin();
    OutputRecord output = sends("Sa");
    assertThat(output.preReleased()).isFalse();
    hasRecord(output);
    assertThat(left()).hasSize(release == Release.ALL ? 1 : 0);
    assertThat(origins.told).isEmpty();
    assertThat(rig.gate.statistics(0).preReleased()).isZero();
  }

  @Test
  void whatIsComparedOrCheckpointedIsConfirmed() {
    verdict(sends("a"), Verdict.EQUAL);
    hasRecord(sends("Sb"));
    sends("c");
    assertThat(origins.told).containsExactly("confirmed a");
    checkpoint();
    assertThat(origins.told).containsExactly("confirmed a", "epoch", "confirmed c");
  }

  @Test
  void connectionsAreToldFromTheirFirstByteToTheirEnd() {
    rig.input(0, client(PORT).tcp(Packet.ACK, 100, next[0], "get".getBytes(US_ASCII)));
    assertThat(origins.told).containsExactly("input", "client get");
    origins.told.clear();
    rig.input(0, client(PORT).tcp(Packet.SYN, 299, 0, new byte[0]));
    rig.primary(0, guest(PORT).tcp(Packet.SYN | Packet.ACK, 6999, 300, new byte[0]));
    assertThat(origins.told)
        .containsExactly("input", "client ", "open 4000 300 7000", "close 4000");
  }

  /** Only of a TCP segment is it known that no guest takes it. */
  @Test
  void allInputsAreToldButBrokenSegments() {
    Frame broken = client(PORT).tcp(Packet.ACK, 100, next[0], new byte[] {1});
    broken.bytes()[broken.bytes().length - 1]++;
    rig.input(0, broken);
    assertThat(origins.told).isEmpty();
    rig.input(0, client(PORT).udp(new byte[] {1}));
    rig.input(0, client(PORT).fragment(0x2000, new byte[64]));
    rig.input(0, client(PORT).ip(1, 0, new byte[64]));
    assertThat(origins.told).containsExactly("input", "input", "input");
  }
}
