package dev.hacolo.bed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hacolo.bed.bench.VcpuOptions.Active;
import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.guest.VcpuUse;
import dev.hacolo.bed.process.BedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options and results of {@code bench --asymmetric}. */
class VcpuResultsTest {
  private static VcpuOptions parse(String vcpus, String active) {
    return VcpuOptions.parse(vcpus, active, "memcached-100/0", 8, 5, 2, false);
  }

  @Test
  void whatIsAllowedIsSaid() {
    assertThat(parse("2,4", "all,1").activeFor(4)).containsExactly(Active.ALL, Active.ONE);
    assertThatThrownBy(() -> parse("0", "all"))
        .isInstanceOf(BedException.class)
        .hasMessage("--vcpus has '0': allowed are 1 to 16");
    assertThatThrownBy(() -> parse("2", "most"))
        .hasMessage("--active has 'most': allowed are all, half, 1, auto");
    assertThatThrownBy(() -> VcpuOptions.parse("2", "all", "web-64k", 65, 5, 1, false))
        .hasMessageContaining("--connections is 65");
  }

  @Test
  void aNumberIsMeasuredOnce() {
    VcpuOptions options = parse("2,4", "all,half,1,auto");
    assertThat(options.activeFor(2)).containsExactly(Active.ALL, Active.HALF, Active.AUTO);
    assertThat(options.activeFor(4))
        .containsExactly(Active.ALL, Active.HALF, Active.ONE, Active.AUTO);
    // 2 vCPUs: native, 3 choices and three after a failover; 4: one choice more; each twice.
    assertThat(VcpuRun.rows(options)).isEqualTo(2 * (7 + 8));
    assertThat(options.workloads()).containsExactly(Workload.MEMCACHED_READ);
  }

  @Test
  void theTableComparesWithAllVcpus() {
    List<VcpuRow> rows =
        List.of(row("all", 2, 1000, 5), row("1", 1, 900, 2), row("all", 2, 3000, 5));
    String table = VcpuTable.of(rows);
    assertThat(table.lines().toList().get(1)).contains("all (2)").contains("2000 [1000..3000]");
    assertThat(table.lines().toList().get(2)).contains("1 (1)").contains("0.45").contains("0.40");
    assertThat(VcpuTable.of(List.of(VcpuRow.failed(cell("1", 1), "no disk"))))
        .contains("FAILED     2 vCPUs, 1, memcached-100/0, repetition 1: no disk");
  }

  @Test
  void aSurvivorIsComparedWithTheGuestBesideIt() {
    List<VcpuRow> rows =
        List.of(
            row("native", 0, 1000, 0),
            row("all", 2, 500, 5),
            row("failover", 2, 400, 0),
            row("native beside", 0, 800, 0),
            row("failover, later", 2, 600, 0));
    List<String> lines = VcpuTable.of(rows).lines().toList();
    assertThat(lines.get(0)).contains("to native");
    assertThat(lines.get(2)).contains("all (2)").contains("0.50");
    assertThat(lines.get(3)).contains("failover (2)").contains("0.50");
    assertThat(lines.get(5)).contains("failover, later (2)").contains("0.75");
  }

  @Test
  void twoGuestsAreSummedAndTheWorseLatencyCounts() {
    VcpuRow.Cell cell = new VcpuRow.Cell(2, "1", 1, "memcached-100/0", 2, 8, 1);
    VcpuRow row =
        VcpuRow.of(
            cell,
            new VcpuRow.Figures(
                List.of(load(100, 3), load(300, 7)),
                new Checkpoints(4, 1, 0, 0, Map.of()),
                new VcpuUse(6, 10),
                new VcpuUse(2, 20),
                0),
            List.of());
    assertThat(row.opsPerS()).isEqualTo(40);
    assertThat(row.p99Ms()).isEqualTo(7);
    assertThat(row.pausedPercent()).isEqualTo(5);
    assertThat(row.secondaryCpuS()).isEqualTo(2);
    assertThat(row.isGood()).isTrue();
  }

  private static VcpuRow.Cell cell(String choice, int active) {
    return new VcpuRow.Cell(2, choice, active, "memcached-100/0", 1, 8, 1);
  }

  private static VcpuRow row(String choice, int active, long operations, double secondaryCpuS) {
    return VcpuRow.of(
        cell(choice, active),
        new VcpuRow.Figures(
            List.of(load(10 * operations, 5)),
            Checkpoints.NONE,
            VcpuUse.NONE,
            new VcpuUse(secondaryCpuS, 0),
            0),
        List.of());
  }

  private static LoadResult load(long operations, double p99) {
    return new LoadResult(operations, 10, 1, p99, p99, 0, 0, List.of(), 0, 1);
  }
}
