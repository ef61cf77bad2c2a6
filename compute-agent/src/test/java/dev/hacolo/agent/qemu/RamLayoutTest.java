package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.provenance.RamRange;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RamLayoutTest {
  private static final long LOW = 0x7f0000000000L;
  private static final long HIGH = 0x7f8000000000L;
  private final RamLayout layout =
      new RamLayout(
          List.of(new RamLayout.Part(16, 100, LOW), new RamLayout.Part(0x100000, 1000, HIGH)));

  private static BitSet pages(int... numbers) {
    BitSet pages = new BitSet();
    for (int number : numbers) {
      pages.set(number);
    }
    return pages;
  }

  private static RamRange range(long start, int page, int count) {
    return new RamRange(start + page * 4096L, count * 4096L);
  }

  @Test
  void pagesAreWhereTheirPartIs() {
    assertThat(layout.ranges(pages(16, 0x100000 + 999)))
        .containsExactly(range(LOW, 0, 1), range(HIGH, 999, 1));
  }

  @Test
  void pagesThatAreNoRamAreNowhere() {
    assertThat(layout.ranges(pages(0, 15, 116, 0xfffff, 0x100000 + 1000))).isEmpty();
    assertThat(layout.ranges(new BitSet())).isEmpty();
    assertThat(RamLayout.UNKNOWN.ranges(pages(16))).isEmpty();
  }

  @Test
  void pagesThatAreNearAreOneRange() {
    assertThat(layout.ranges(pages(20, 21, 26, 32, 115, 116)))
        .containsExactly(range(LOW, 4, 7), range(LOW, 16, 1), range(LOW, 99, 1));
  }

  @Test
  void tooManyPagesAreNoHint() {
    BitSet many = new BitSet();
    many.set(16, 17 + RamLayout.MOST);
    assertThat(layout.ranges(many)).isEmpty();
    many.clear(16);
    assertThat(layout.ranges(many)).containsExactly(range(LOW, 1, 99));
  }
}
