package dev.hacolo.bed.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.ApiJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole of it: Nova's event, protection, a lost node, protection again, nothing left. */
@Tag("two-node")
class DemoTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void theDemoIsGoodAndLeavesNothing() throws Exception {
    Path json = directory.resolve("out.json");
    Path root = StateDirectory.configured().root();
    int status =
        new CommandLine(new DemoProgram())
            .execute("--json", json.toString(), "--state-dir", root.toString(), "--seconds", "3");
    assertThat(status).isZero();
    JsonNode report = ApiJson.mapper().readTree(json.toFile());
    assertThat(report.get("good").asBoolean()).isTrue();
    assertThat(report.get("acked_writes").asLong()).isGreaterThan(1000);
    assertThat(report.get("acked_writes_lost").asLong()).isZero();
    assertThat(report.get("connections").asInt()).isEqualTo(12);
    assertThat(report.get("connections_broken").asInt()).isZero();
    assertThat(report.get("failover_ms").asDouble()).isBetween(1.0, 2000.0);
    assertThat(report.get("detect_ms").asDouble())
        .isBetween(0.1, report.get("failover_ms").asDouble());
    assertThat(report.get("protected_ms").asDouble()).isPositive();
    assertThat(report.get("reprotected_ms").asDouble()).isPositive();
    try (Stream<Path> runs = Files.list(root.resolve("runs"))) {
      assertThat(runs).isEmpty();
    }
  }

  @Test
  void wrongOptionsAreRefusedWithASentence() {
    assertThat(new CommandLine(new DemoProgram()).execute("--seconds", "0")).isEqualTo(2);
    assertThat(new CommandLine(new DemoProgram()).execute("--state-dir", "here")).isEqualTo(2);
    assertThat(new CommandLine(new DemoProgram()).execute("--no-such-option")).isEqualTo(2);
  }
}
