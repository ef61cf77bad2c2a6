package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExtentsTest {
  @Test
  void goesOnFromPageToPage() {
    Extents extents = Extents.of(new long[] {0x1f00, 0x9000, 0x4000}, new int[] {256, 4096, 10});
    assertThat(extents.count()).isEqualTo(3);
    assertThat(extents.total()).isEqualTo(4362);
    assertThat(extents.at(255)).isEqualTo(0);
    assertThat(extents.at(256)).isEqualTo(1);
    assertThat(extents.at(4361)).isEqualTo(2);
    assertThat(extents.start(2)).isEqualTo(4352);
    assertThat(extents.length(2)).isEqualTo(10);
  }

  @Test
  void whatTouchesBecomesOne() {
    Extents extents = Extents.of(new long[] {0x1f00, 0x2000, 0x7000}, new int[] {256, 4096, 1});
    assertThat(extents)
        .isEqualTo(Extents.of(new long[] {0x1f00, 0x7000}, new int[] {4352, 1}))
        .hasToString("Extents 0x1f00+4352 0x7000+1");
  }

  @Test
  void neverMadeOfFragments() {
    refuses(new long[] {0x1f00, 0x9000}, new int[] {255, 10});
    refuses(new long[] {0x1f00, 0x9001}, new int[] {256, 10});
    refuses(new long[] {0x1f00, 0x9000, 0x5000}, new int[] {256, 100, 10});
    refuses(new long[] {}, new int[] {});
    refuses(new long[] {-4096}, new int[] {10});
    refuses(new long[] {0x1000}, new int[] {0});
  }

  private static void refuses(long[] addresses, int[] lengths) {
    assertThatIllegalArgumentException().isThrownBy(() -> Extents.of(addresses, lengths));
  }
}
