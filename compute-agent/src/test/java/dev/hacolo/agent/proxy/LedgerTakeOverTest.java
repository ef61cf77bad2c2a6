package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A secondary's packet path with an open ledger that comes to serve; the test is agent A on a real
 * packet link. The connection is opened in the epoch, so the two VMs count differently.
 */
class LedgerTakeOverTest {
  private static final int PRIMARY = 1_000_001;
  private static final int SECONDARY = -4;
  private static final int SYN_ACK = Packet.SYN | Packet.ACK;

  @TempDir Path directory;
  private PathPair pair;
  private PacketLink link;
  private ContentDigest digest;
  private final List<PacketMessage> answers = new CopyOnWriteArrayList<>();
  private long records;
  private boolean v6;

  @BeforeEach
  void connect() throws Exception {
    pair = new PathPair(directory, dev.hacolo.agent.compare.GatePolicy.DEFAULT, 1);
    for (Stream stream : Stream.values()) {
      if (stream != Stream.INPUT_COPY) {
        Path socket = pair.secondaryEnds.listen(stream);
        pair.home.get(() -> pair.secondary.connect(0, stream, socket));
      }
    }
    pair.watch();
    pair.home.get(() -> pair.secondary.listen(pair.endpoints));
    PacketLinks.Opened opened =
        PacketLinks.open(
                pair.loops.next(),
                new PacketLinkTls(pair.configOfA().tls()).client("b"),
                pair.endpoints.address(),
                pair.endpoints.packetPort(),
                PathPair.PAIR,
                1)
            .get();
    link = opened.link();
    digest = new ContentDigest(opened.key());
    link.observe(
        new PacketLink.Observer() {
          @Override
          public void message(PacketMessage message) {
            answers.add(message);
          }

          @Override
          public void lost(String reason) {
            // The secondary's path closes it when it serves.
          }
        });
    checkpoint(1);
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
    assertThat(pair.home.faults()).isEmpty();
  }

  private void checkpoint(long number) {
    pair.home.get(pair.secondary::drain);
    tell(new PacketMessage.Mark(number));
    pair.home.run(pair.secondary::resumed);
    await().until(() -> answers.contains(new PacketMessage.Loaded(number)));
  }

  /** Messages arrive together. */
  private void tell(PacketMessage... messages) {
    pair.loops.next().execute(() -> List.of(messages).forEach(link::send));
  }

  private Frames fromGuest(int sequence) {
    return (v6 ? Frames.ip("fd00::10", "fd00::1") : Frames.ip("10.77.0.10", "10.77.0.1"))
        .tcp(80, 40_000)
        .sequence(sequence)
        .acknowledgement(105);
  }

  private Frames fromClient(int sequence, int acknowledgement) {
    return (v6 ? Frames.ip("fd00::1", "fd00::10") : Frames.ip("10.77.0.1", "10.77.0.10"))
        .tcp(40_000, 80)
        .sequence(sequence)
        .acknowledgement(acknowledgement);
  }

  private static Packet parsed(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return packet;
  }

  private static String content(Frame frame) {
    Packet p = parsed(frame);
    return new String(p.data(), p.payload(), p.payloadLength(), StandardCharsets.US_ASCII);
  }

  private void record(int from, String content, OutputRecord.@Nullable SynAck synAck) {
    tell(output(from, content, synAck, -1));
  }

  private PacketMessage output(
      int from, String content, OutputRecord.@Nullable SynAck synAck, long input) {
    return output(from, content, synAck, synAck == null, input);
  }

  /** An output that waits for its verdict. */
  private PacketMessage plainOutput(int from, String content) {
    return output(from, content, null, false, -1);
  }

  private PacketMessage output(
      int from,
      String content,
      OutputRecord.@Nullable SynAck synAck,
      boolean preReleased,
      long input) {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    FlowKey flow = parsed(fromGuest(0).frame()).flow(new FlowKey(), 0, true);
    ContentDigest.Value value =
        bytes.length == 0 ? ContentDigest.Value.EMPTY : digest.of(bytes, 0, bytes.length);
    int flags = synAck == null ? Packet.ACK : SYN_ACK;
    return new PacketMessage.Output(
        new OutputRecord.Stream(
            records++, flow, from, bytes.length, flags, value, synAck, preReleased, input));
  }

  /** The client's connection, in this epoch. */
  private void opened() throws Exception {
    tell(new PacketMessage.Input(0, fromClient(99, 0).flags(Packet.SYN).frame(), InputHint.NONE));
    assertThat(pair.secondaryEnds.next(Stream.INJECTED)).isNotNull();
    Frames opening = fromGuest(PRIMARY - 1).acknowledgement(100).flags(SYN_ACK);
    record(PRIMARY, "", OutputRecord.SynAck.of(parsed(opening.frame())));
    guest(fromGuest(SECONDARY - 1).acknowledgement(100).flags(SYN_ACK).frame());
    await().until(() -> answers.contains(new PacketMessage.Judged(0, Verdict.EQUAL)));
  }

  /** The client's connection and request, and an answer of the primary that has left. */
  private void answered(String answer) throws Exception {
    opened();
    tell(
        new PacketMessage.Input(
            0, fromClient(100, PRIMARY).content("get a").frame(), InputHint.NONE));
    assertThat(content(pair.secondaryEnds.next(Stream.INJECTED))).isEqualTo("get a");
    record(PRIMARY, answer, null);
    await().until(() -> answers.contains(new PacketMessage.Stable(2, 2)));
    tell(
        new PacketMessage.Input(
            0, fromClient(105, PRIMARY + answer.length()).frame(), InputHint.NONE));
    await().until(() -> answers.contains(new PacketMessage.Stable(3, 2)));
    pair.home.get(pair.secondary::serve);
  }

  private void guest(Frame frame) throws Exception {
    pair.secondaryEnds.write(Stream.OUTPUT, frame);
  }

  private Frame next(Stream stream, int flags) throws Exception {
    Frame frame = pair.secondaryEnds.next(stream);
    while ((parsed(frame).flags() & Packet.RST) != (flags & Packet.RST)) {
      frame = pair.secondaryEnds.next(stream);
    }
    assertThat(Checksums.isBroken(frame, parsed(frame))).isFalse();
    return frame;
  }

  private boolean isJudged(long id) {
    return answers.stream().anyMatch(m -> m instanceof PacketMessage.Judged j && j.id() == id);
  }

  /** QEMU has told of the stop; the agent's own monitor is behind. */
  @Test
  void whatTheVmSaidBeforeAStopIsNotComparedWithWhatCameAfterIt() throws Exception {
    opened();
    guest(fromGuest(SECONDARY).content("stored").frame());
    pair.secondaryEnds.event("STOP", 77);
    pair.secondaryEnds.event("RESUME", 78);
    long plain = records;
    tell(plainOutput(PRIMARY, "stored"));
    long entry = records;
    record(PRIMARY + 6, "hello", null);
    await().until(() -> answers.contains(new PacketMessage.Stable(1, records)));
    int acknowledged = answers.indexOf(new PacketMessage.Stable(1, records));
    assertThat(answers.subList(0, acknowledged))
        .contains(new PacketMessage.Judged(entry, Verdict.DIFFERENT));
    pair.home.run(() -> pair.secondary.stopped(77));
    pair.home.run(pair.secondary::resumed);
    await().until(() -> answers.contains(new PacketMessage.Loaded(2)));
    tell(new PacketMessage.Mark(2));
    checkpoint(3);
    assertThat(isJudged(plain)).isFalse();
  }

  /** Both VMs run on the new state and have opened a connection before the agent hears of it. */
  @Test
  void aConnectionThatIsOpenedBeforeTheLoadIsToldIsTranslated() throws Exception {
    pair.home.run(() -> pair.secondary.stopped(77));
    pair.home.get(pair.secondary::drain); // The loop knows of the stop.
    Frames opening = fromGuest(PRIMARY - 1).acknowledgement(100).flags(SYN_ACK);
    OutputRecord.SynAck synAck = OutputRecord.SynAck.of(parsed(opening.frame()));
    tell(
        new PacketMessage.Mark(2),
        new PacketMessage.Input(0, fromClient(99, 0).flags(Packet.SYN).frame(), InputHint.NONE),
        output(PRIMARY, "", synAck, -1));
    guest(fromGuest(SECONDARY - 1).acknowledgement(100).flags(SYN_ACK).frame());
    await().until(() -> answers.contains(new PacketMessage.Stable(1, 1)));
    pair.home.get(pair.secondary::drain);
    pair.home.run(pair.secondary::resumed);
    await().until(() -> answers.contains(new PacketMessage.Judged(0, Verdict.EQUAL)));
    pair.home.get(pair.secondary::serve);
    guest(fromGuest(SECONDARY).content("hello").frame());
    Frame frame = next(Stream.RELEASED, 0);
    while (content(frame).isEmpty()) {
      assertThat(parsed(frame).sequence()).isIn(PRIMARY - 1, PRIMARY);
      frame = next(Stream.RELEASED, 0);
    }
    assertThat(parsed(frame).sequence()).isEqualTo(PRIMARY);
  }

  /** It is read again on the path's own monitor. */
  @Test
  void aStopThatTheAgentHasToldOfIsNoNews() throws Exception {
    pair.home.run(() -> pair.secondary.stopped(77));
    tell(new PacketMessage.Mark(2));
    pair.home.run(pair.secondary::resumed);
    await().until(() -> answers.contains(new PacketMessage.Loaded(2)));
    pair.secondaryEnds.event("STOP", 77);
    pair.secondaryEnds.event("RESUME", 78);
    opened();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameBytesInOtherCutsReachTheClient(boolean six) throws Exception {
    v6 = six;
    answered("hello");
    guest(fromGuest(SECONDARY).content("hel").frame());
    guest(fromGuest(SECONDARY + 3).content("lo more").frame());
    List<String> got = new ArrayList<>();
    while (!got.contains("lo more")) {
      Frame frame = next(Stream.RELEASED, 0);
      got.add(content(frame));
      assertThat(parsed(frame).sequence()).isIn(PRIMARY - 1, PRIMARY, PRIMARY + 3);
    }
    assertThat(got).contains("hel");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherBytesEndTheConnectionAtBothEnds(boolean six) throws Exception {
    v6 = six;
    answered("hello");
    guest(fromGuest(SECONDARY).content("hal").frame());
    guest(fromGuest(SECONDARY + 3).content("lo").frame());
    Frame toClient = next(Stream.RELEASED, Packet.RST);
    assertThat(parsed(toClient).sequence()).isEqualTo(PRIMARY + 5);
    Frame toGuest = next(Stream.INJECTED, Packet.RST);
    assertThat(parsed(toGuest).sequence()).isEqualTo(105);

    // Each is told again when it speaks, and hears nothing of the other.
    pair.secondaryEnds.write(Stream.INPUT, fromClient(105, PRIMARY + 6).content("get b").frame());
    Packet again = parsed(next(Stream.RELEASED, Packet.RST));
    assertThat(again.sequence()).isEqualTo(PRIMARY + 6);
    guest(fromGuest(SECONDARY).acknowledgement(110).content("hallo").frame());
    assertThat(parsed(next(Stream.INJECTED, Packet.RST)).sequence()).isEqualTo(110);
    guest(fromGuest(SECONDARY - 1).acknowledgement(100).flags(SYN_ACK).frame());
    assertThat(parsed(next(Stream.INJECTED, Packet.RST)).sequence()).isEqualTo(100);

    // The same ports once more.
    pair.secondaryEnds.write(Stream.INPUT, fromClient(7000, 0).flags(Packet.SYN).frame());
    Frame syn = next(Stream.INJECTED, 0);
    while (!parsed(syn).has(Packet.SYN)) {
      syn = next(Stream.INJECTED, 0);
    }
    assertThat(parsed(syn).sequence()).isEqualTo(7000);
    guest(fromGuest(500).acknowledgement(7001).flags(SYN_ACK).frame());
    assertThat(parsed(next(Stream.RELEASED, 0)).sequence()).isEqualTo(500);
    guest(fromGuest(501).acknowledgement(7001).content("new").frame());
    assertThat(content(next(Stream.RELEASED, 0))).isEqualTo("new");
  }

  /** It has never been given the read, nor made its answer, which the client has. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofAReadThatWasOmittedTheServingVmNeverHears(boolean six) throws Exception {
    v6 = six;
    opened();
    InputHint read = new InputHint(InputHint.Kind.TRACELESS_READ, 7);
    Frames first = fromClient(100, PRIMARY).options(TcpOptions.timestamps(1, 0));
    Frames get = fromClient(100, PRIMARY).options(TcpOptions.timestamps(2, 0)).content("get a");
    Frames set = fromClient(105, PRIMARY + 5).options(TcpOptions.timestamps(3, 0)).content("set b");
    tell(
        new PacketMessage.Input(0, first.frame(), InputHint.NONE),
        new PacketMessage.Input(0, get.frame(), read),
        output(PRIMARY, "hello", null, 3),
        new PacketMessage.Input(0, set.frame(), InputHint.NONE));
    assertThat(content(next(Stream.INJECTED, 0))).isEmpty();
    Frame injected = next(Stream.INJECTED, 0);
    assertThat(content(injected)).isEqualTo("set b");
    assertThat(parsed(injected).sequence()).isEqualTo(100);
    assertThat(parsed(injected).acknowledgement()).isEqualTo(SECONDARY);
    await().until(() -> answers.contains(new PacketMessage.Judged(1, Verdict.EQUAL)));
    pair.home.get(pair.secondary::serve);
    await().until(() -> pair.lastOfSecondary != null && pair.lastOfSecondary.feed().omitted() == 1);
    guest(fromGuest(SECONDARY).acknowledgement(105).content("STORED").frame());
    Frame released = next(Stream.RELEASED, 0);
    while (parsed(released).payloadLength() == 0) {
      released = next(Stream.RELEASED, 0);
    }
    assertThat(content(released)).isEqualTo("STORED");
    assertThat(parsed(released).sequence()).isEqualTo(PRIMARY + 5);
    assertThat(parsed(released).acknowledgement()).isEqualTo(110);
    pair.secondaryEnds.write(Stream.INPUT, fromClient(110, PRIMARY + 11).content("get c").frame());
    Frame next = next(Stream.INJECTED, 0);
    while (!content(next).equals("get c")) {
      next = next(Stream.INJECTED, 0);
    }
    assertThat(parsed(next).sequence()).isEqualTo(105);
    assertThat(parsed(next).acknowledgement()).isEqualTo(SECONDARY + 6);
  }

  /** The numbers are the same, so nothing but the ledger keeps the agent in the path. */
  @Test
  void withTheLastEntryThePathCanBeLeft() throws Exception {
    record(PRIMARY, "hello", null);
    await().until(() -> answers.contains(new PacketMessage.Stable(0, 1)));
    pair.home.get(pair.secondary::serve);
    assertThat(pair.home.call(pair.secondary::isNeeded)).isTrue();
    guest(fromGuest(PRIMARY).content("hello").frame());
    assertThat(content(next(Stream.RELEASED, 0))).isEqualTo("hello");
    await().until(() -> !pair.home.call(pair.secondary::isNeeded));
  }

  /** Several frames wait to be sent again; none of them may slip through behind the reset. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasFoundDifferentBeforeDoesNotLeaveAfterwards(boolean six) throws Exception {
    v6 = six;
    guestAheadOf("hello");
    Frame first = pair.secondaryEnds.next(Stream.RELEASED);
    assertThat(parsed(first).has(Packet.RST)).isTrue();
    pair.secondaryEnds.write(Stream.INPUT, fromClient(105, PRIMARY + 5).frame());
    Frame second = pair.secondaryEnds.next(Stream.RELEASED);
    assertThat(parsed(second).has(Packet.RST)).isTrue();
    assertThat(parsed(second).sequence()).isEqualTo(PRIMARY + 5);
  }

  /**
   * Its acknowledgement of what the old primary had sent was lost with that, and it waits for the
   * rest. A reset below what it has it would ignore (RFC 5961 3.2); one further on it answers.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatMayHaveMoreThanItHasAcknowledgedIsResetBehindIt(boolean six) throws Exception {
    v6 = six;
    guestAheadOf("hello");
    assertThat(parsed(next(Stream.RELEASED, Packet.RST)).sequence()).isEqualTo(PRIMARY + 5);
    pair.secondaryEnds.write(Stream.INPUT, fromClient(105, PRIMARY + 3).frame());
    assertThat(parsed(next(Stream.RELEASED, Packet.RST)).sequence()).isEqualTo(PRIMARY + 3);
  }

  private void guestAheadOf(String answer) throws Exception {
    opened();
    tell(
        new PacketMessage.Input(
            0, fromClient(100, PRIMARY).content("get a").frame(), InputHint.NONE));
    guest(fromGuest(SECONDARY).content("hal").frame());
    guest(fromGuest(SECONDARY + 3).content("lo").frame());
    guest(fromGuest(SECONDARY + 5).content("more").frame());
    record(PRIMARY, answer, null);
    await().until(() -> answers.contains(new PacketMessage.Judged(1, Verdict.DIFFERENT)));
    await().until(() -> answers.contains(new PacketMessage.Stable(2, 2)));
    pair.home.get(pair.secondary::serve);
  }
}
