package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.traffic.ConnectionRecord.Snapshot;
import dev.hacolo.bed.traffic.TrafficMessage.Verified;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficVerdictTest {
  private static final Verified ALL_THERE = new Verified(5, 0, 5, 0, List.of());

  @Test
  void isGoodWhenNothingBrokeAndNothingIsLost() {
    TrafficVerdict verdict = TrafficVerdict.of(List.of(connection().snapshot()), ALL_THERE);
    assertThat(verdict.isGood()).isTrue();
    assertThat(verdict.ackedWrites()).isEqualTo(1);
    assertThat(verdict.longestGapMs()).isEqualTo(2.0);
  }

  @Test
  void oneBrokenConnectionIsBad() {
    ConnectionRecord broken = connection();
    broken.broken("Connection reset");
    broken.broken("a later complaint");
    TrafficVerdict verdict =
        TrafficVerdict.of(List.of(connection().snapshot(), broken.snapshot()), ALL_THERE);
    assertThat(verdict.connectionsBroken()).isEqualTo(1);
    assertThat(verdict.complaints()).containsExactly("redis-1 broke: Connection reset");
  }

  @Test
  void oneWrongAnswerIsBad() {
    ConnectionRecord wrong = connection();
    wrong.wrong("byte 3 differs");
    TrafficVerdict verdict = TrafficVerdict.of(List.of(wrong.snapshot()), ALL_THERE);
    assertThat(verdict.wrongAnswers()).isEqualTo(1);
    assertThat(verdict.complaints()).singleElement().asString().contains("byte 3 differs");
  }

  @Test
  void oneLostWriteIsBadInMemoryAndOnDisk() {
    List<Snapshot> connections = List.of(connection().snapshot());
    Verified memory = new Verified(5, 1, 5, 0, List.of("c001.1 is MISSING"));
    Verified disk = new Verified(5, 0, 4, 2, List.of("after 4"));
    assertThat(TrafficVerdict.of(connections, memory).ackedWritesLost()).isEqualTo(1);
    assertThat(TrafficVerdict.of(connections, memory).isGood()).isFalse();
    assertThat(TrafficVerdict.of(connections, disk).ackedWritesLost()).isEqualTo(2);
    assertThat(TrafficVerdict.of(connections, disk).isGood()).isFalse();
  }

  @Test
  void noTrafficProvesNothing() {
    assertThat(TrafficVerdict.of(List.of(), ALL_THERE).isGood()).isFalse();
    Snapshot silent = new ConnectionRecord(1, Protocol.REDIS, 0).snapshot();
    assertThat(TrafficVerdict.of(List.of(silent), ALL_THERE).isGood()).isFalse();
  }

  private static ConnectionRecord connection() {
    ConnectionRecord record = new ConnectionRecord(1, Protocol.REDIS, 1_000_000);
    record.beginWrite();
    record.writeAcknowledged();
    record.answered(3_000_000);
    return record;
  }
}
