package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not be lost between the last state and the first client of the new primary. */
class PromotionTest {
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
    pair.firstCheckpoint();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
    assertThat(pair.home.faults()).isEmpty();
  }

  private static Frames fromGuest(int sequence) {
    return Frames.ip(GUEST, CLIENT).tcp(80, 40_000).sequence(sequence).acknowledgement(2);
  }

  private static Frames fromClient(int sequence, int acknowledgement) {
    return Frames.ip(CLIENT, GUEST)
        .tcp(40_000, 80)
        .sequence(sequence)
        .acknowledgement(acknowledgement);
  }

  private static Packet parsed(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return packet;
  }

  /** Both VMs open a connection, with numbers of their own. */
  private void open() throws IOException {
    pair.primaryEnds.write(Stream.INPUT_COPY, fromClient(1, 0).flags(Packet.SYN).frame());
    assertThat(pair.secondaryEnds.next(Stream.INJECTED)).isNotNull();
    int flags = Packet.SYN | Packet.ACK;
    pair.primaryEnds.write(Stream.OUTPUT, fromGuest(PRIMARY_ISN).flags(flags).frame());
    pair.secondaryEnds.write(Stream.OUTPUT, fromGuest(SECONDARY_ISN).flags(flags).frame());
    assertThat(pair.primaryEnds.next(Stream.RELEASED)).isNotNull();
  }

  @Test
  void aResumeAfterTheTakeOverLoadsNothing() throws IOException {
    open();
    pair.primaryEnds.write(
        Stream.INPUT_COPY, fromClient(2, PRIMARY_ISN + 1).content("get").frame());
    assertThat(parsed(pair.secondaryEnds.next(Stream.INJECTED)).payloadLength()).isEqualTo(3);
    pair.home.get(pair.secondary::serve);
    pair.home.run(pair.secondary::resumed);

    // A state would have brought the primary's numbers: its connections would need no translation.
    pair.secondaryEnds.write(Stream.INPUT, fromClient(5, PRIMARY_ISN + 1).content("more").frame());
    Frame injected = pair.secondaryEnds.next(Stream.INJECTED);
    while (parsed(injected).payloadLength() != 4) {
      injected = pair.secondaryEnds.next(Stream.INJECTED); // "get" again, as nobody acknowledged it
    }
    assertThat(parsed(injected).acknowledgement()).isEqualTo(SECONDARY_ISN + 1);
    pair.secondaryEnds.write(Stream.OUTPUT, fromGuest(SECONDARY_ISN + 1).content("got").frame());
    assertThat(parsed(pair.secondaryEnds.next(Stream.RELEASED)).sequence())
        .isEqualTo(PRIMARY_ISN + 1);
  }

  /** Nobody could give them to the secondary again, if it lost one. */
  @Test
  void whatRestsOnAPieceOfASegmentWaitsForACheckpoint() throws IOException {
    open();
    byte[] part = new byte[64];
    pair.primaryEnds.write(
        Stream.INPUT_COPY, Frames.ip(CLIENT, GUEST).protocol(6, part).fragment(8, false).frame());
    assertThat(pair.secondaryEnds.next(Stream.INJECTED)).isNotNull();
    pair.primaryEnds.write(Stream.OUTPUT, fromGuest(PRIMARY_ISN + 1).frame());
    await().until(() -> pair.due.stream().anyMatch(due -> due.startsWith("SECONDARY_BOUND")));
    assertThat(pair.primaryEnds.poll(Stream.RELEASED)).isNull();
    pair.checkpoint();
    assertThat(parsed(pair.primaryEnds.next(Stream.RELEASED)).flags()).isEqualTo(Packet.ACK);
  }
}
