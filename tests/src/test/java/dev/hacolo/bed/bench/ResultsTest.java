package dev.hacolo.bed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProcStat;
import dev.hacolo.common.api.ApiJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** From measurements to figures, table, JSON and chart. */
class ResultsTest {
  private static final Machine MACHINE = new Machine("A <fast> CPU", 2, 4096, "6.1", "17", 0.1);

  private static Row row(Engine engine, int repetition, double opsPerS) {
    return row(engine, repetition, opsPerS, 0);
  }

  private static Row row(Engine engine, int repetition, double opsPerS, double others) {
    Row.Cell cell = new Row.Cell(engine, "memcached-95/5", 8, repetition);
    LoadResult load =
        new LoadResult((long) (opsPerS * 10), 10, 1.25, 9.5, 20, 3, 0, List.of(), 12, 1);
    return Row.of(
        cell, load, new Checkpoints(7, 0.5, 30, 40, Map.of("divergence", 5L)), others, List.of());
  }

  private static BenchReport report(Row... rows) {
    return new BenchReport(
        MACHINE, "2026-01-01T00:00:00Z", "ha-colo bench", "p", "g", "b", List.of(rows));
  }

  private static final BenchReport GOOD =
      report(
          row(Engine.NATIVE, 1, 4000),
          row(Engine.QEMU, 1, 1500),
          row(Engine.NATIVE, 2, 5000),
          row(Engine.QEMU, 2, 900),
          row(Engine.NATIVE, 3, 4100),
          row(Engine.QEMU, 3, 1025));

  @Test
  void theMedianIsTheMiddle() {
    assertThat(Sample.of(3, 1, 2).median()).isEqualTo(2);
    assertThat(Sample.of(4, 1, 2, 3).median()).isEqualTo(2.5);
    assertThat(Sample.of(5).text("%.1f")).isEqualTo("5.0");
    assertThat(Sample.of(3, 1, 2).text("%.1f")).isEqualTo("2.0 [1.0..3.0]");
    assertThatThrownBy(Sample::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRowHoldsWhatWasMeasured() {
    Row row = row(Engine.QEMU, 1, 1500);
    assertThat(row.opsPerS()).isEqualTo(1500);
    assertThat(row.pausedPercent()).isEqualTo(5);
    assertThat(row.checkpoints()).isEqualTo(7);
    assertThat(row.isGood()).isTrue();
  }

  @Test
  void theTableHasMediansRangesAndRatios() {
    String table = ResultTable.of(GOOD);
    assertThat(table.lines().toList().get(1))
        .matches("memcached-95/5 +8 +native +4100 \\[4000..5000\\] .* 1.00 +4.00");
    assertThat(table.lines().toList().get(2))
        .matches("memcached-95/5 +8 +qemu +1025 \\[900..1500\\] .* 0.25 +1.00");
    assertThat(table).contains("placement  p").doesNotContain("FAILED");
  }

  @Test
  void aBadRowIsSaidAndDoesNotCount() {
    Row.Cell cell = new Row.Cell(Engine.QEMU, "memcached-95/5", 8, 1);
    BenchReport partly =
        report(row(Engine.NATIVE, 1, 4000), Row.failed(cell, "broken"), row(Engine.QEMU, 2, 1000));
    assertThat(partly.isGood()).isFalse();
    String table = ResultTable.of(partly);
    assertThat(table.lines().toList().get(2))
        .matches("memcached-95/5 +8 +qemu +1000 .* 0.25 +1.00");
    assertThat(table)
        .contains("FAILED     qemu, memcached-95/5, 8 connection(s), repetition 1: broken");
    String none = ResultTable.of(report(row(Engine.NATIVE, 1, 4000), Row.failed(cell, "broken")));
    assertThat(none.lines().toList().get(2)).matches("memcached-95/5 +8 +qemu +FAILED .*");
  }

  @Test
  void aBusyMachineIsSaid() {
    assertThat(ResultTable.of(GOOD)).doesNotContain("NOTE");
    assertThat(ResultTable.of(report(row(Engine.NATIVE, 1, 100, 55))))
        .contains("other processes used up to 55 % of a core");
    assertThat(OtherLoad.machineTicks("cpu  5 6 7 800 9 1 2 0 0 0")).isEqualTo(18);
    assertThat(ProcStat.cpuTicks("7 (a b) c) S 1 7 7 0 -1 4 9 0 0 0 40 2 0 0 20 0 1"))
        .isEqualTo(42);
    OtherLoad before = new OtherLoad(1000, Map.of(1L, 10L), 0);
    OtherLoad after = new OtherLoad(1150, Map.of(1L, 60L, 2L, 50L), 1_000_000_000);
    assertThat(after.percentSince(before)).isEqualTo(50);
  }

  /** As a secondary's QEMU does, which leaves its parents; its files say whose it is. */
  @Test
  void aProcessOfTheRunIsOursWhoeverIsItsParent(@TempDir Path run) throws Exception {
    Path file = Files.createFile(run.resolve("marker"));
    Process parent =
        new ProcessBuilder("sh", "-c", "tail -f \"$0\" > /dev/null & echo $!", file.toString())
            .start();
    String printed = new String(parent.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    ProcessHandle orphan = ProcessHandle.of(Long.parseLong(printed.strip())).orElseThrow();
    try {
      assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(OtherLoad.now(run).ours()).containsKey(orphan.pid());
      assertThat(OtherLoad.now(Path.of("/no/such/run")).ours())
          .doesNotContainKey(orphan.pid())
          .containsKey(ProcessHandle.current().pid());
    } finally {
      orphan.destroy();
    }
  }

  @Test
  void noAnswerAtAllIsAProblem() {
    Row.Cell cell = new Row.Cell(Engine.QEMU, "udp-echo", 1, 1);
    LoadResult nothing = new LoadResult(0, 10, 0, 0, 0, 9, 0, List.of(), 0, 1);
    assertThat(Row.of(cell, nothing, Checkpoints.NONE, 0, List.of()).problems()).hasSize(1);
  }

  @Test
  void theJsonHasTheAgreedNames() throws Exception {
    JsonNode json = ApiJson.mapper().readTree(ApiJson.mapper().writeValueAsString(GOOD));
    assertThat(json.required("machine").required("cores").asInt()).isEqualTo(2);
    assertThat(json.required("date").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(json.required("command").asText()).isEqualTo("ha-colo bench");
    assertThat(json.required("placement").asText()).isEqualTo("p");
    assertThat(json.required("rows")).hasSize(6);
    JsonNode row = json.required("rows").required(1);
    assertThat(row.required("engine").asText()).isEqualTo("qemu");
    assertThat(row.required("workload").asText()).isEqualTo("memcached-95/5");
    assertThat(row.required("connections").asInt()).isEqualTo(8);
    assertThat(row.required("repetition").asInt()).isEqualTo(1);
    assertThat(row.required("ops_per_s").asDouble()).isEqualTo(1500);
    assertThat(row.required("p50_ms").asDouble()).isEqualTo(1.25);
    assertThat(row.required("p99_ms").asDouble()).isEqualTo(9.5);
    assertThat(row.required("checkpoints").asLong()).isEqualTo(7);
    assertThat(row.required("paused_percent").asDouble()).isEqualTo(5);
    assertThat(row.required("prereleased_percent").asDouble()).isEqualTo(75);
    assertThat(row.required("problems")).isEmpty();
  }

  @Test
  void theChartIsSvgWithABarForEachEngine() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(ResultChart.of(GOOD).getBytes(StandardCharsets.UTF_8)));
    NodeList bars = svg.getElementsByTagName("rect");
    assertThat(bars.getLength()).isEqualTo(3); // One is the background.
    int whole = Integer.parseInt(((Element) bars.item(1)).getAttribute("width"));
    int quarter = Integer.parseInt(((Element) bars.item(2)).getAttribute("width"));
    assertThat(quarter).isEqualTo(whole / 4);
    String text = svg.getDocumentElement().getTextContent();
    assertThat(text).contains("4,100", "1,025 (0.25)", "8 connections", "A <fast> CPU");
  }

  @Test
  void checkpointsAreReadFromTheAgentsMetrics() {
    String metrics =
        """
        # TYPE x
        ha_colo_checkpoint_pause_seconds_bucket{le="0.001"} 0
        ha_colo_checkpoint_pause_seconds_count 12
        ha_colo_checkpoint_pause_seconds_sum 0.75
        ha_colo_checkpoints_total{cause="divergence"} 10.0
        ha_colo_checkpoints_total{cause="interval"} 1.0
        ha_colo_released_frames_total{reason="checkpointed"} 20.0
        ha_colo_released_frames_total{reason="compared"} 30.0
        ha_colo_released_frames_total{reason="pre_released"} 60.0
        """;
    Checkpoints since =
        Checkpoints.of(metrics)
            .since(new Checkpoints(2, 0.25, 10, 30, Map.of("divergence", 4L, "interval", 1L)));
    assertThat(since).isEqualTo(new Checkpoints(10, 0.5, 50, 80, Map.of("divergence", 6L)));
    assertThatThrownBy(() -> Checkpoints.of("nothing")).isInstanceOf(BedException.class);
  }
}
