package dev.hacolo.bed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plans are what a seed says, and never cost the guest. */
final class EpisodeTest {
  private static List<Episode> plan(long seed) {
    return plan(seed, EnumSet.allOf(Fault.class));
  }

  private static List<Episode> plan(long seed, Set<Fault> allowed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.rangeClosed(1, 500).mapToObj(i -> Episode.of(i, random, allowed)).toList();
  }

  @Test
  void theSameSeedIsTheSamePlan() {
    assertThat(plan(7)).isEqualTo(plan(7)).isNotEqualTo(plan(8));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whatIsNotAllowedDoesNotHappen(Fault fault) {
    for (Episode episode : plan(1, EnumSet.of(fault))) {
      assertThat(episode.strikes()).extracting(Strike::fault).containsExactly(fault);
    }
  }

  @Test
  void atMostOneFaultMayCostACopy() {
    Set<Fault> seen = EnumSet.noneOf(Fault.class);
    for (Episode episode : plan(1)) {
      List<Fault> faults = episode.strikes().stream().map(Strike::fault).toList();
      assertThat(faults).isNotEmpty().doesNotHaveDuplicates();
      assertThat(faults.stream().filter(Fault::costsCopy).count()).isLessThanOrEqualTo(1);
      assertThat(episode.strikes()).isSortedAccordingTo((a, b) -> a.atMs() - b.atMs());
      seen.addAll(faults);
    }
    assertThat(seen).containsExactlyInAnyOrder(Fault.values());
  }
}
