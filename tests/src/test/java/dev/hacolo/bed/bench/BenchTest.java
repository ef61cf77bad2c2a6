package dev.hacolo.bed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.ApiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole of it on real parts: two engines, one workload, nothing left behind. */
@Tag("two-node")
class BenchTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void twoEnginesAreMeasuredSideBySide() throws Exception {
    Path json = directory.resolve("out.json");
    Path chart = directory.resolve("out.svg");
    Path root = StateDirectory.configured().root();
    List<Path> others = runs(root);
    int status =
        new CommandLine(new BenchProgram())
            .execute(
                "--engines=native,qemu",
                "--workloads=memcached-95/5",
                "--connections=4",
                "--seconds=2",
                "--state-dir=" + root,
                "--json=" + json,
                "--chart=" + chart);
    assertThat(status).isZero();
    JsonNode rows = ApiJson.mapper().readTree(json.toFile()).required("rows");
    assertThat(rows).hasSize(2);
    requireSane(rows.required(0), "native");
    requireSane(rows.required(1), "qemu");
    assertThat(rows.required(0).required("checkpoints").asLong()).isZero();
    assertThat(Files.readString(chart)).startsWith("<svg").contains("memcached-95/5");
    assertThat(others).containsAll(runs(root));
  }

  /** The short form of {@code bench --asymmetric}: what is confined, and that nothing stays so. */
  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void fewerActiveVcpusAreMeasuredOnOneLivePair() throws Exception {
    Path json = directory.resolve("out.json");
    Path chart = directory.resolve("out.svg");
    int status =
        new CommandLine(new VcpuProgram())
            .execute(
                "--vcpus=2",
                "--active=all,1",
                "--workloads=parallel",
                "--connections=4",
                "--seconds=4",
                "--state-dir=" + StateDirectory.configured().root(),
                "--json=" + json,
                "--chart=" + chart);
    assertThat(status).isZero();
    JsonNode rows = ApiJson.mapper().readTree(json.toFile()).required("rows");
    assertThat(rows.findValuesAsText("choice"))
        .containsExactly("native", "all", "1", "failover", "native beside", "failover, later");
    assertThat(rows.findValuesAsText("active")).containsExactly("0", "2", "1", "1", "0", "1");
    // One CPU's worth, with room for the two moments at which the figures are read.
    JsonNode one = rows.required(2);
    assertThat(one.required("secondary_cpu_s").asDouble())
        .isPositive()
        .isLessThan(1.15 * one.required("seconds").asDouble());
    for (int after = 3; after < 6; after++) {
      assertThat(rows.required(after).required("ops_per_s").asDouble()).isPositive();
    }
    assertThat(Files.readString(chart)).contains("parallel, 2 vCPUs");
  }

  private static List<Path> runs(Path root) throws IOException {
    try (Stream<Path> runs = Files.list(Files.createDirectories(root.resolve("runs")))) {
      return runs.toList();
    }
  }

  private static void requireSane(JsonNode row, String engine) {
    assertThat(row.required("engine").asText()).isEqualTo(engine);
    assertThat(row.required("problems")).isEmpty();
    assertThat(row.required("ops_per_s").asDouble()).isBetween(50.0, 1e6);
    assertThat(row.required("p50_ms").asDouble())
        .isBetween(0.01, row.required("p99_ms").asDouble());
    assertThat(row.required("p99_ms").asDouble()).isLessThan(2000);
    assertThat(row.required("paused_percent").asDouble()).isBetween(0.0, 100.0);
  }
}
