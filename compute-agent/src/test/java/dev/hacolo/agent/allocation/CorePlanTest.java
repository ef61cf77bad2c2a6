package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CorePlanTest {
  private static CorePlan.Room room(String host, Map<Integer, Integer> others) {
    return new CorePlan.Room(CpuList.parse(host), others, 0);
  }

  private static Limit cpus(String list) {
    return Limit.toCpus(CpuList.parse(list));
  }

  @Test
  void allVcpusNeedNoConfinement() {
    CorePlan plan = CorePlan.withQuota(room("0-7", Map.of()), 4, 4);
    assertThat(plan).isEqualTo(new CorePlan(Limit.NONE, "all 4 vCPUs may run"));
    assertThat(CorePlan.withoutQuota(room("0", Map.of()), 4, 4).limit()).isEqualTo(Limit.NONE);
    assertThat(CorePlan.withTokens(4, 4).limit()).isEqualTo(Limit.NONE);
  }

  @Test
  void freeCpusComeFirstAndOfThemTheHighest() {
    CorePlan.Room room = room("0-5", Map.of(5, 1, 3, 2));
    assertThat(CorePlan.withQuota(room, 4, 1))
        .isEqualTo(new CorePlan(cpus("4"), "CPU 4 is used by no other secondary"));
    assertThat(CorePlan.withQuota(room, 4, 3))
        .isEqualTo(new CorePlan(cpus("1-2,4"), "CPUs 1-2,4 are used by no other secondary"));
    assertThat(CorePlan.withoutQuota(room, 4, 3)).isEqualTo(CorePlan.withQuota(room, 4, 3));
  }

  @ParameterizedTest
  @CsvSource({"0-1,4,3,150", "0-7,4,3,300", "0,2,1,50", "0-1,2,1,100", "0,1024,1,1", "0-1,3,1,66"})
  void withTooFewFreeCpusThereIsAQuotaOfTheSameShare(
      String host, int vcpus, int active, int percent) {
    Map<Integer, Integer> used =
        CpuList.parse(host).stream()
            .collect(java.util.stream.Collectors.toMap(cpu -> cpu, cpu -> 1));
    CorePlan plan = CorePlan.withQuota(room(host, used), vcpus, active);
    assertThat(plan.limit()).isEqualTo(Limit.toQuota(percent));
  }

  @Test
  void theReasonOfAQuotaSaysWhatIsMissing() {
    assertThat(CorePlan.withQuota(room("0-1", Map.of(1, 1)), 4, 2).reason())
        .isEqualTo(
            "of the 2 CPUs of this host 1 are free of other secondaries and guests, fewer than 2, so the vCPU"
                + " threads together have 2 of 4 of the time of 2 CPUs");
  }

  @Test
  void withoutAQuotaTheLeastUsedAreShared() {
    CorePlan plan = CorePlan.withoutQuota(room("0-3", Map.of(0, 1, 1, 3, 2, 1, 3, 2)), 4, 2);
    assertThat(plan.limit()).isEqualTo(cpus("0,2"));
    assertThat(plan.reason()).contains("knows no quota").endsWith("the least used are taken: 0,2");
    assertThat(CorePlan.withoutQuota(room("0-1", Map.of()), 4, 3).limit()).isEqualTo(cpus("0-1"));
  }

  @Test
  void tokensAreAsManyAsVcpusMayRun() {
    assertThat(CorePlan.withTokens(4, 2).limit()).isEqualTo(Limit.toTokens(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"''", "0", "0-1", "2-3,6", "0,2,4-9,1023"})
  void cpuListsAreReadAndWritten(String list) {
    assertThat(CpuList.format(CpuList.parse(list))).isEqualTo(list);
    assertThat(CpuList.parse("3,1-2\n")).isEqualTo(new TreeSet<>(java.util.List.of(1, 2, 3)));
  }

  @Test
  void aLimitSaysWhatItIs() {
    assertThat(Limit.NONE).hasToString("everything");
    assertThat(cpus("1-2")).hasToString("CPUs 1-2");
    assertThat(Limit.toQuota(50)).hasToString("50 % of a CPU");
    assertThat(Limit.toTokens(2)).hasToString("2 run tokens");
  }

  @Test
  void guestsTakeCpusWithoutSayingWhich() {
    SortedSet<Integer> host = CpuList.parse("0-3");
    assertThat(CorePlan.withQuota(new CorePlan.Room(host, Map.of(), 2), 4, 2).limit().cpus())
        .hasSize(2);
    assertThat(CorePlan.withQuota(new CorePlan.Room(host, Map.of(), 3), 4, 2).limit())
        .isEqualTo(Limit.toQuota(200));
    assertThat(CorePlan.withQuota(new CorePlan.Room(host, Map.of(), 16), 2, 1).limit())
        .isEqualTo(Limit.toQuota(100));
  }
}
