package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both proxies over real sockets and a real packet link. */
class VmPathTest {
  private static final String GUEST = "10.77.0.10";
  private static final String CLIENT = "10.77.0.1";
  private static final int PRIMARY_ISN = 1_000_000;
  private static final int SECONDARY_ISN = -5;

  @TempDir Path directory;
  private PathPair pair;

  @BeforeEach
  void connect() throws Exception {
    pair = new PathPair(directory, GatePolicy.DEFAULT, 1);
    pair.connect();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
    assertThat(pair.home.faults()).isEmpty();
  }

  private static Frames fromGuest(int sequence, int acknowledgement) {
    return Frames.ip(GUEST, CLIENT)
        .tcp(80, 40_000)
        .sequence(sequence)
        .acknowledgement(acknowledgement);
  }

  private static Frames fromClient(int sequence, int acknowledgement) {
    return Frames.ip(CLIENT, GUEST)
        .tcp(40_000, 80)
        .sequence(sequence)
        .acknowledgement(acknowledgement);
  }

  private void input(Frame frame) throws IOException {
    pair.primaryEnds.write(Stream.INPUT_COPY, frame);
  }

  private void outputs(Frame ofPrimary, Frame ofSecondary) throws IOException {
    pair.primaryEnds.write(Stream.OUTPUT, ofPrimary);
    pair.secondaryEnds.write(Stream.OUTPUT, ofSecondary);
  }

  private static String content(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return new String(
        packet.data(), packet.payload(), packet.payloadLength(), StandardCharsets.US_ASCII);
  }

  private String released() throws IOException {
    return content(pair.primaryEnds.next(Stream.RELEASED));
  }

  private String injected() throws IOException {
    return content(pair.secondaryEnds.next(Stream.INJECTED));
  }

  @Test
  void beforeTheFirstCheckpointEverythingWaitsForIt() throws IOException {
    Frame hello = fromGuest(100, 1).content("hello").frame();
    outputs(hello, hello);
    input(fromClient(1, 100).content("ping").frame());
    assertThat(injected()).isEqualTo("ping");
    assertThat(pair.primaryEnds.poll(Stream.RELEASED)).isNull();

    pair.firstCheckpoint();
    assertThat(released()).isEqualTo("hello");
  }

  @Test
  void whatIsEqualLeavesAndWhatDiffersWaitsForACheckpoint() throws IOException {
    pair.firstCheckpoint();
    outputs(fromGuest(100, 1).content("equal").frame(), fromGuest(100, 1).content("equal").frame());
    assertThat(released()).isEqualTo("equal");

    outputs(fromGuest(105, 1).content("heads").frame(), fromGuest(105, 1).content("tails").frame());
    await().until(() -> pair.due.contains("DIVERGENCE 1"));
    assertThat(pair.primaryEnds.poll(Stream.RELEASED)).isNull();
    pair.checkpoint();
    assertThat(released()).isEqualTo("heads");

    outputs(fromGuest(110, 1).content("again").frame(), fromGuest(110, 1).content("again").frame());
    assertThat(released()).isEqualTo("again");
  }

  /** By that number the agent knows which checkpoint serves a cause. */
  @Test
  void aCauseCarriesTheNumberOfSealsThatWereMadeBeforeIt() throws IOException {
    Frame opening = fromGuest(100, 0).flags(Packet.SYN).frame();
    pair.primaryEnds.write(Stream.OUTPUT, opening);
    await().until(() -> pair.due.contains("GUEST_OPENS_CONNECTION 0"));
    pair.firstCheckpoint();
    assertThat(pair.primaryEnds.next(Stream.RELEASED)).isNotNull();
    pair.checkpoint();
    pair.home.get(pair.primary::examine); // the loop has come to it behind the seal
    pair.primaryEnds.write(Stream.OUTPUT, fromGuest(900, 0).flags(Packet.SYN).frame());
    await().until(() -> pair.due.contains("GUEST_OPENS_CONNECTION 2"));
    assertThat(pair.due).hasSize(2);
  }

  @Test
  void aConnectionOfTheEpochIsTranslatedAfterTheFailover() throws IOException {
    pair.firstCheckpoint();
    input(fromClient(1, 0).flags(Packet.SYN).frame());
    assertThat(pair.secondaryEnds.next(Stream.INJECTED)).isNotNull();
    int synAck = Packet.SYN | Packet.ACK;
    outputs(
        fromGuest(PRIMARY_ISN, 2).flags(synAck).frame(),
        fromGuest(SECONDARY_ISN, 2).flags(synAck).frame());
    assertThat(sequence(pair.primaryEnds.next(Stream.RELEASED))).isEqualTo(PRIMARY_ISN);

    // The secondary VM gets the client's numbers as its own.
    input(fromClient(2, PRIMARY_ISN + 1).content("get").frame());
    Frame request = pair.secondaryEnds.next(Stream.INJECTED);
    assertThat(acknowledgement(request)).isEqualTo(SECONDARY_ISN + 1);
    outputs(
        fromGuest(PRIMARY_ISN + 1, 5).content("answer").frame(),
        fromGuest(SECONDARY_ISN + 1, 5).content("ans").frame());
    assertThat(pair.primaryEnds.poll(Stream.RELEASED)).isNull();
    pair.secondaryEnds.write(Stream.OUTPUT, fromGuest(SECONDARY_ISN + 4, 5).content("wer").frame());
    assertThat(released()).isEqualTo("answer");

    // The primary is gone before the client has acknowledged: the answer is sent again.
    pair.home.get(pair.secondary::serve);
    Frame again = pair.secondaryEnds.next(Stream.RELEASED);
    assertThat(content(again)).isEqualTo("ans");
    assertThat(sequence(again)).isEqualTo(PRIMARY_ISN + 1);
    assertThat(content(pair.secondaryEnds.next(Stream.RELEASED))).isEqualTo("wer");
    assertThat(pair.home.call(pair.secondary::isNeeded)).isTrue();

    // From here on both ways, for the life of the connection.
    pair.secondaryEnds.write(
        Stream.OUTPUT, fromGuest(SECONDARY_ISN + 7, 5).content("more").frame());
    assertThat(sequence(pair.secondaryEnds.next(Stream.RELEASED))).isEqualTo(PRIMARY_ISN + 7);
    pair.secondaryEnds.write(
        Stream.INPUT, fromClient(5, PRIMARY_ISN + 11).content("thanks").frame());
    assertThat(acknowledgement(pair.secondaryEnds.next(Stream.INJECTED)))
        .isEqualTo(SECONDARY_ISN + 11);
  }

  private static int sequence(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return packet.sequence();
  }

  private static int acknowledgement(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return packet.acknowledgement();
  }

  private void leaseEndsAndTwoAnswersCome() throws IOException {
    pair.firstCheckpoint();
    pair.deadline.set(System.nanoTime());
    outputs(fromGuest(100, 1).content("one").frame(), fromGuest(100, 1).content("one").frame());
    outputs(fromGuest(103, 1).content("two").frame(), fromGuest(103, 1).content("two").frame());
    await().until(() -> pair.lastOfLease.waiting() == 2);
    assertThat(pair.primaryEnds.poll(Stream.RELEASED)).isNull();
  }

  @Test
  void whatMayLeaveWaitsForTheLeaseAndKeepsItsOrder() throws IOException {
    leaseEndsAndTwoAnswersCome();
    pair.deadline.set(System.nanoTime() + 60_000_000_000L);
    assertThat(released()).isEqualTo("one");
    assertThat(released()).isEqualTo("two");
    outputs(fromGuest(106, 1).content("three").frame(), fromGuest(106, 1).content("three").frame());
    assertThat(released()).isEqualTo("three");
  }

  @Test
  void whatWaitsForTheLeaseLeavesWhenTheGuestIsAlone() throws IOException {
    leaseEndsAndTwoAnswersCome();
    pair.deadline.lift();
    pair.home.get(pair.primary::serve);
    assertThat(released()).isEqualTo("one");
    assertThat(released()).isEqualTo("two");
  }

  @Test
  void whatWaitsLeavesWhenTheGuestIsAlone() throws IOException {
    pair.firstCheckpoint();
    pair.primaryEnds.write(Stream.OUTPUT, fromGuest(1, 1).content("alone").frame());
    await().until(() -> pair.primaryEnds.poll(Stream.RELEASED) == null);
    assertThat(pair.home.<Long>get(pair.primary::serve)).isPositive();
    assertThat(released()).isEqualTo("alone");
    assertThat(pair.home.call(pair.primary::isNeeded)).isFalse();
    await().until(() -> !pair.lostOfSecondary.isEmpty());
  }

  @Test
  void theLossOfTheLinkIsToldOnceOnBothSides() throws IOException {
    pair.firstCheckpoint();
    pair.home.run(pair.secondary::close);
    await().until(() -> !pair.lostOfPrimary.isEmpty());
    assertThat(pair.lostOfPrimary).hasSize(1);
  }
}
