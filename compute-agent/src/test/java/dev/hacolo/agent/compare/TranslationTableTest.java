package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TranslationTableTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<FlowKey> removed = new ArrayList<>();
  private final TranslationTable table = new TranslationTable(2, removed::add, -SECOND);
  private final Packet parsed = new Packet();

  private static Frames guest(int port) {
    return Frames.ip("2001:db8::1", "2001:db8::9").tcp(80, port);
  }

  private static Frames client(int port) {
    return Frames.ip("2001:db8::9", "2001:db8::1").tcp(port, 80);
  }

  private FlowKey flow(int port) {
    parsed.parse(guest(port).frame());
    return parsed.flow(new FlowKey(), 3, true);
  }

  private Packet toClient(Frames frames) {
    Frame frame = frames.frame();
    parsed.parse(frame);
    table.toClient(3, frame, parsed);
    return checked(frame);
  }

  private Packet toGuest(Frames frames) {
    Frame frame = frames.frame();
    parsed.parse(frame);
    table.toGuest(3, frame, parsed);
    return checked(frame);
  }

  private Packet checked(Frame frame) {
    Frame again = frame.copy();
    parsed.parse(again);
    Checksums.fillTcp(parsed);
    assertThat(again.bytes()).isEqualTo(frame.bytes());
    return parsed;
  }

  private int timestamp(Packet packet, int which) {
    return Bytes.i32(packet.data(), packet.timestamps() + 4 * which);
  }

  @Test
  void bothDirectionsAreChangedOverTheEndOfTheNumbers() {
    table.inherit(new Translation(flow(1), 100, -50));
    Packet out =
        toClient(guest(1).sequence(-60).acknowledgement(7).options(TcpOptions.timestamps(20, 9)));
    assertThat(out.sequence()).isEqualTo(40);
    assertThat(out.acknowledgement()).isEqualTo(7);
    assertThat(timestamp(out, 0)).isEqualTo(-30);
    assertThat(timestamp(out, 1)).isEqualTo(9);
    Packet in =
        toGuest(
            client(1)
                .sequence(7)
                .acknowledgement(40)
                .options(TcpOptions.timestamps(9, -30), TcpOptions.sack(90, 150)));
    assertThat(in.sequence()).isEqualTo(7);
    assertThat(in.acknowledgement()).isEqualTo(-60);
    assertThat(timestamp(in, 0)).isEqualTo(9);
    assertThat(timestamp(in, 1)).isEqualTo(20);
    assertThat(Bytes.i32(in.data(), in.sack())).isEqualTo(-10);
    assertThat(Bytes.i32(in.data(), in.sack() + 4)).isEqualTo(50);
  }

  @Test
  void theClientsNumbersAreChangedToo() {
    table.inherit(new Translation(flow(1), 0, 0, 100));
    Packet out =
        toClient(guest(1).sequence(7).acknowledgement(-60).options(TcpOptions.sack(-10, 50)));
    assertThat(out.sequence()).isEqualTo(7);
    assertThat(out.acknowledgement()).isEqualTo(40);
    assertThat(Bytes.i32(out.data(), out.sack())).isEqualTo(90);
    assertThat(Bytes.i32(out.data(), out.sack() + 4)).isEqualTo(150);
    Packet in = toGuest(client(1).sequence(40).acknowledgement(7));
    assertThat(in.sequence()).isEqualTo(-60);
    assertThat(in.acknowledgement()).isEqualTo(7);
    table.adopt(new Translation(flow(1), 0, 0, 11));
    assertThat(table.entries()).containsExactly(new Translation(flow(1), 0, 0, 111));
    table.adopt(new Translation(flow(1), 0, 0, -111));
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void othersAreLeftAlone() {
    table.inherit(new Translation(flow(1), 100, -50));
    Frames udp = Frames.ip("2001:db8::1", "2001:db8::9").udp(80, 1);
    Frame frame = udp.frame();
    parsed.parse(frame);
    table.toClient(3, frame, parsed);
    assertThat(frame.bytes()).isEqualTo(udp.frame().bytes());
    assertThat(toClient(guest(2).sequence(5)).sequence()).isEqualTo(5);
    frame = guest(1).sequence(5).frame();
    parsed.parse(frame);
    table.toClient(4, frame, parsed); // another NIC
    assertThat(parsed.sequence()).isEqualTo(5);
  }

  @Test
  void anAdoptedDeltaIsAddedToTheInheritedOne() {
    table.inherit(new Translation(flow(1), 100, -50));
    table.inherit(new Translation(flow(1), 110, -40));
    table.adopt(new Translation(flow(1), 5, 3));
    table.adopt(new Translation(flow(2), 7, 0));
    assertThat(table.entries())
        .containsExactly(new Translation(flow(1), 115, -37), new Translation(flow(2), 7, 0));
    table.adopt(new Translation(flow(1), -115, 37));
    assertThat(removed).containsExactly(flow(1));
    table.remove(flow(2));
    table.remove(flow(9));
    assertThat(removed).containsExactly(flow(1), flow(2));
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void theGuestsResetEndsAConnectionAfterItWasTranslated() {
    table.inherit(new Translation(flow(1), 100, 0));
    assertThat(toClient(guest(1).flags(Packet.RST).sequence(1)).sequence()).isEqualTo(101);
    assertThat(table.isEmpty()).isTrue();
    assertThat(removed).containsExactly(flow(1));
  }

  @Test
  void theClientsResetEndsAConnectionUnlessTheGuestContradicts() {
    table.inherit(new Translation(flow(1), 100, 0));
    toGuest(client(1).flags(Packet.RST).sequence(77));
    toClient(guest(1));
    table.tick(200 * SECOND);
    table.tick(400 * SECOND);
    assertThat(table.size()).isEqualTo(1);
    toGuest(client(1).flags(Packet.RST).sequence(77));
    table.tick(519 * SECOND);
    assertThat(table.size()).isEqualTo(1);
    table.tick(520 * SECOND);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void bothFinsAcknowledgedAndTwoMinutesEndAConnection() {
    table.inherit(new Translation(flow(1), 100, 0));
    toClient(guest(1).flags(Packet.FIN | Packet.ACK).sequence(-1).acknowledgement(50));
    toGuest(client(1).sequence(50).acknowledgement(100)); // the FIN's place is 99
    toGuest(client(1).flags(Packet.FIN | Packet.ACK).sequence(50).acknowledgement(100));
    table.tick(130 * SECOND);
    assertThat(table.size()).isEqualTo(1); // the client's FIN is not acknowledged
    toClient(guest(1).sequence(0).acknowledgement(51));
    table.tick(200 * SECOND);
    toGuest(client(1).flags(Packet.FIN | Packet.ACK).sequence(50).acknowledgement(100));
    table.tick(319 * SECOND);
    assertThat(table.size()).isEqualTo(1);
    table.tick(320 * SECOND);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void aTableIsDispensableSomeSecondsAfterTheLastOfItsConnectionsHasEnded() {
    assertThat(table.isDispensable()).isTrue();
    table.inherit(new Translation(flow(1), 100, 0));
    table.inherit(new Translation(flow(2), 100, 0));
    endOf(1);
    table.tick(5 * SECOND);
    assertThat(table.isDispensable()).isFalse(); // the other one lives
    endOf(2);
    table.tick(7 * SECOND);
    assertThat(table.isDispensable()).isFalse();
    table.tick(9 * SECOND);
    assertThat(table.isDispensable()).isTrue();
    assertThat(table.size()).isEqualTo(2); // as long as the table is there it translates them
    toGuest(client(1).flags(Packet.FIN | Packet.ACK).sequence(50).acknowledgement(100));
    assertThat(table.isDispensable()).isFalse();
    toGuest(client(1).flags(Packet.SYN));
    table.tick(20 * SECOND);
    assertThat(table.isDispensable()).isFalse();
  }

  private void endOf(int port) {
    toClient(guest(port).flags(Packet.FIN | Packet.ACK).sequence(-1).acknowledgement(50));
    toGuest(client(port).flags(Packet.FIN | Packet.ACK).sequence(50).acknowledgement(100));
    toClient(guest(port).sequence(0).acknowledgement(51));
  }

  @Test
  void aNewSynWithdrawsTheEnd() {
    table.inherit(new Translation(flow(1), 100, 0));
    toGuest(client(1).flags(Packet.RST));
    toGuest(client(1).flags(Packet.SYN));
    table.tick(400 * SECOND);
    assertThat(table.size()).isEqualTo(1);
    assertThat(toClient(guest(1).flags(Packet.SYN | Packet.ACK).sequence(3)).sequence())
        .isEqualTo(103);
  }

  @Test
  void fiveSilentDaysEndAConnection() {
    table.inherit(new Translation(flow(1), 100, 0));
    table.inherit(new Translation(flow(2), 100, 0));
    table.tick(SECOND);
    toGuest(client(1));
    table.tick(5 * 86_400 * SECOND);
    assertThat(removed).containsExactly(flow(2));
    table.tick(5 * 86_400 * SECOND + SECOND);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void theLongestUnusedGivesWayAndIsCounted() {
    table.inherit(new Translation(flow(1), 1, 0));
    table.inherit(new Translation(flow(2), 2, 0));
    toGuest(client(1));
    table.inherit(new Translation(flow(3), 3, 0));
    assertThat(removed).containsExactly(flow(2));
    assertThat(table.evicted()).isEqualTo(1);
    assertThat(table.entries()).hasSize(2);
  }

  @Test
  void timestampsDoNotGoBackwardsForTheClient() {
    table.inherit(new Translation(flow(1), 1, 10));
    table.noteSent(flow(1), 500);
    table.noteSent(flow(1), 400);
    table.noteSent(flow(2), 400);
    assertThat(timestamp(toClient(guest(1).options(TcpOptions.timestamps(480, 1))), 0))
        .isEqualTo(500);
    assertThat(timestamp(toClient(guest(1).options(TcpOptions.timestamps(483, 1))), 0))
        .isEqualTo(503);
    assertThat(timestamp(toGuest(client(1).options(TcpOptions.timestamps(1, 503))), 1))
        .isEqualTo(483);
  }
}
