package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuPlanTest {
  private static SortedSet<Integer> cpus(String list) {
    return CpuLimit.cpus(list);
  }

  @Test
  void freeCpusAreTaken() {
    CpuLimit limit = CpuPlan.of(cpus("0-7"), Map.of(7, 1, 6, 2), 0, 4, 2, true);
    assertThat(limit).isEqualTo(new CpuLimit(4, 2, cpus("4-5"), 0, limit.reason()));
    assertThat(limit.reason()).isEqualTo("CPUs 4-5 are used by no other secondary");
  }

  @Test
  void withTooFewFreeOnesItIsAQuota() {
    CpuLimit limit = CpuPlan.of(cpus("0-3"), Map.of(0, 1, 1, 1, 2, 1), 0, 4, 2, true);
    assertThat(limit.cpus()).isEqualTo(cpus("0-3"));
    assertThat(limit.quotaPercent()).isEqualTo(200);
    assertThat(limit.reason())
        .isEqualTo("1 CPU(s) of 4 are free of secondaries and guests, so 2 of 4 vCPUs is a quota");
  }

  @Test
  void guestsTakeCpusWithoutSayingWhich() {
    assertThat(CpuPlan.of(cpus("0-3"), Map.of(), 2, 4, 2, true).quotaPercent()).isZero();
    assertThat(CpuPlan.of(cpus("0-3"), Map.of(), 3, 4, 2, true).quotaPercent()).isEqualTo(200);
    assertThat(CpuPlan.of(cpus("0-1"), Map.of(), 16, 2, 1, true).quotaPercent()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"2,4,3,150", "1,4,1,25", "1,4,3,75", "2,8,4,100", "1,16,1,6"})
  void aQuotaIsThePartOfWhatTheHostHasForThem(int host, int vcpus, int active, int percent) {
    SortedSet<Integer> all = cpus("0-" + (host - 1));
    Map<Integer, Integer> taken = Map.of(0, 1);
    assertThat(CpuPlan.of(all, taken, 0, vcpus, active, true).quotaPercent()).isEqualTo(percent);
  }

  @Test
  void whereNoQuotaIsKnownTheLeastUsedCpusAreShared() {
    CpuLimit limit = CpuPlan.of(cpus("0-1"), Map.of(0, 1, 1, 2), 0, 2, 1, false);
    assertThat(limit.cpus()).isEqualTo(cpus("0"));
    assertThat(limit.quotaPercent()).isZero();
    assertThat(limit.reason()).startsWith("CPU 0, shared:");
    assertThat(CpuPlan.of(cpus("3"), Map.of(3, 1), 0, 4, 2, false).cpus()).isEqualTo(cpus("3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-2,7|0 1 2 7", "5|5", "0,2,4|0 2 4", "0-1|0 1"})
  void listsAreTheKernels(String list, String members) {
    SortedSet<Integer> expected = new TreeSet<>();
    for (String member : members.split(" ", -1)) {
      expected.add(Integer.valueOf(member));
    }
    assertThat(cpus(list)).isEqualTo(expected);
    assertThat(CpuLimit.list(expected)).isEqualTo(list);
  }
}
