package dev.hacolo.bed.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.ApiJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The short form of {@code ha-colo oracle}: nothing is wrong when every output is compared, and it
 * is seen when none is.
 */
@Tag("two-node")
class OracleTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void nothingIsWrongWhenEveryOutputIsCompared() throws Exception {
    JsonNode report = report(0, "--release=compare", "--kills=6");
    assertThat(report.required("kills").asInt()).isEqualTo(6);
    assertThat(report.required("violations")).isEmpty();
    assertThat(report.required("operations").asLong()).isGreaterThan(1000);
    assertThat(report.required("segments").asLong()).isGreaterThan(1000);
    assertThat(report.required("missed").asLong()).isZero();
    assertThat(report.required("undecided").asLong()).isZero();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void nothingIsLostHoweverThePrimaryIs() throws Exception {
    String losses = "hand-over,agent,link,node,hand-over";
    JsonNode report = report(0, "--release=strict", "--kills=5", "--losses=" + losses);
    assertThat(report.required("kills").asInt()).isEqualTo(5);
    assertThat(report.required("violations")).isEmpty();
    assertThat(report.required("gaps").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("HAND_OVER", "AGENT", "LINK", "NODE");
  }

  /** No reset comes by a cut link: a QEMU that reads a checkpoint would wait for the rest. */
  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void aLinkMayBeCutWhileACheckpointIsOnItsWay() throws Exception {
    JsonNode report =
        report(0, "--release=strict", "--kills=4", "--losses=link", "--at=primary-stopped");
    assertThat(report.required("violations")).isEmpty();
    assertThat(report.required("gaps").required("LINK").required("count").asInt()).isEqualTo(4);
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void itIsSeenWhenNoOutputIs() throws Exception {
    JsonNode report = report(1, "--release=all", "--kills=3");
    assertThat(report.required("violations")).isNotEmpty();
    assertThat(report.required("rounds_with_violations").asInt()).isPositive();
  }

  private JsonNode report(int status, String... options) throws Exception {
    Path json = directory.resolve("out.json");
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--json=" + json);
    all.add("--state-dir=" + StateDirectory.configured().root());
    int ended = new CommandLine(new OracleProgram()).execute(all.toArray(String[]::new));
    assertThat(ended).isEqualTo(status);
    return ApiJson.mapper().readTree(json.toFile());
  }
}
