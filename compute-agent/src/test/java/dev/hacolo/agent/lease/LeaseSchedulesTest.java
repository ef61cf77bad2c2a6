package dev.hacolo.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Never can both hosts' VMs send, whatever clocks, network and stops of the agents do. */
final class LeaseSchedulesTest {
  private static final int SEEDS = 2000;

  /** Microseconds here. */
  private static final LeaseTerms TERMS = new LeaseTerms(300_000, 11, 0);

  @Test
  void neverBothAtOnce() {
    int served = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      LeaseWorld world = new LeaseWorld(seed, TERMS, 11);
      assertThat(world.overlap()).as("seed %d", seed).isZero();
      served += world.waited() >= 0 ? 1 : 0;
    }
    assertThat(served).isGreaterThan(SEEDS * 9 / 10);
  }

  /** The wait is needed, as long as it is: shorter ones, and clocks beyond the bound, are found. */
  @Test
  void theseSchedulesFindAWaitThatIsTooShort() {
    assertThat(worlds(new LeaseTerms(300_000, 9, 0), 11)).isPositive();
    assertThat(worlds(TERMS, 14)).isPositive();
    assertThat(worlds(new LeaseTerms(300_000, 0, 0), 2)).isPositive();
  }

  private static int worlds(LeaseTerms terms, int drift) {
    int bad = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      bad += new LeaseWorld(seed, terms, drift).overlap() > 0 ? 1 : 0;
    }
    return bad;
  }

  /** All ways in which a few heartbeats are late or lost, at the extreme rates of the clocks. */
  @Test
  void neverBothInAnyOrderOfAFewHeartbeats() {
    long cases = 0;
    for (double[] rates : new double[][] {{0.89, 1.11}, {1.11, 0.89}, {1, 1}}) {
      for (int schedule = 0; schedule < 1 << 16; schedule++) {
        assertThat(FewHeartbeats.overlap(schedule, rates[0], rates[1], TERMS)).isZero();
        cases++;
      }
    }
    assertThat(cases).isEqualTo(3L << 16);
    // With an honest clock's wait and a slow clock there is one.
    assertThat(FewHeartbeats.overlap(0, 0.89, 1.11, new LeaseTerms(300_000, 0, 0))).isPositive();
  }
}
