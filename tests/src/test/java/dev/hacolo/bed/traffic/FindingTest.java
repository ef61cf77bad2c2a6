package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {
  private static final WriteScheme SCHEME = new WriteScheme(10);

  @Test
  void valuesDifferForEveryWriteAndNameIt() {
    assertThat(SCHEME.value(3, 7)).hasSize(WriteScheme.VALUE_BYTES);
    assertThat(SCHEME.value(3, 7)).isNotEqualTo(SCHEME.value(3, 17));
    assertThat(SCHEME.value(3, 7)).isNotEqualTo(SCHEME.value(4, 7));
    assertThat(WriteScheme.numberIn(SCHEME.value(3, 7), 3)).isEqualTo(7);
    assertThat(WriteScheme.numberIn(SCHEME.value(3, 7), 4)).isEqualTo(-1);
    assertThat(WriteScheme.numberIn(new byte[3], 3)).isEqualTo(-1);
  }

  @Test
  void theLastWriteToASlotIsFoundForEveryCount() {
    for (long acknowledged = 0; acknowledged < 40; acknowledged++) {
      for (int slot = 0; slot < 10; slot++) {
        long expected = 0;
        for (long n = 1; n <= acknowledged; n++) {
          expected = n % 10 == slot ? n : expected;
        }
        assertThat(Finding.lastWriteTo(slot, acknowledged, SCHEME)).isEqualTo(expected);
      }
    }
  }

  @Test
  void anAcknowledgedWriteThatIsNotThereIsMissing() {
    assertThat(Finding.of(connection(7, false), 7, SCHEME, null)).isEqualTo(Finding.MISSING);
  }

  @Test
  void anOlderValueOrADamagedOneIsWrong() {
    byte[] damaged = SCHEME.value(1, 17);
    damaged[63] ^= 1;
    assertThat(Finding.of(connection(17, false), 7, SCHEME, SCHEME.value(1, 7)))
        .isEqualTo(Finding.WRONG);
    assertThat(Finding.of(connection(17, false), 7, SCHEME, damaged)).isEqualTo(Finding.WRONG);
    assertThat(Finding.of(connection(17, false), 7, SCHEME, SCHEME.value(2, 17)))
        .isEqualTo(Finding.WRONG);
    assertThat(Finding.of(connection(17, false), 7, SCHEME, SCHEME.value(1, 17)))
        .isEqualTo(Finding.PRESENT);
  }

  @Test
  void aWriteWithoutAnswerMayHaveHappenedOrNot() {
    assertThat(Finding.of(connection(16, true), 7, SCHEME, SCHEME.value(1, 17)))
        .isEqualTo(Finding.PRESENT);
    assertThat(Finding.of(connection(16, true), 7, SCHEME, SCHEME.value(1, 7)))
        .isEqualTo(Finding.PRESENT);
    // A write that nobody has sent cannot be there.
    assertThat(Finding.of(connection(16, false), 7, SCHEME, SCHEME.value(1, 17)))
        .isEqualTo(Finding.WRONG);
  }

  static ConnectionRecord.Snapshot connection(long acknowledged, boolean pending) {
    return new ConnectionRecord.Snapshot(
        1, Protocol.REDIS, "redis-1", acknowledged, acknowledged, pending, 0, null, 0, null);
  }
}
