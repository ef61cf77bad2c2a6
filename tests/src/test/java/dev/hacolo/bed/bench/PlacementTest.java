package dev.hacolo.bed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
  @Test
  void theKernelsListOfCoresIsRead() {
    assertThat(Placement.cores("0-2,7")).containsExactly(0, 1, 2, 7);
    assertThat(Placement.cores("5")).containsExactly(5);
  }

  @Test
  void itIsSaidWhoRunsWhere() {
    Placement two = new Placement(List.of(4, 6), false);
    assertThat(two.isPinned()).isTrue();
    assertThat(two.description()).contains("core 4: primary's QEMU;", "core 6:", "both agents");
    Placement like = new Placement(List.of(4, 6), true);
    assertThat(like.description()).contains("core 4: primary's QEMU and agent;", "its agent");
    Placement one = new Placement(List.of(4), false);
    assertThat(one.isPinned()).isFalse();
    assertThat(one.description()).contains("not pinned");
  }
}
