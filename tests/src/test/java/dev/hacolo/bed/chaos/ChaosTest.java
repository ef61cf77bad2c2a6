package dev.hacolo.bed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.common.api.ApiJson;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The short form of {@code ha-colo chaos}. */
@Tag("two-node")
class ChaosTest {
  @TempDir private Path directory = Path.of("/");

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void everyEpisodeEndsProtectedAndConsistent() throws Exception {
    Path json = directory.resolve("out.json");
    int status =
        new CommandLine(new ChaosProgram())
            .execute(
                "--episodes=3",
                "--json=" + json,
                "--state-dir=" + StateDirectory.configured().root());
    JsonNode report = ApiJson.mapper().readTree(json.toFile());
    assertThat(report.required("complaints")).as("seed %s", report.required("seed")).isEmpty();
    assertThat(report.required("good").asBoolean()).isTrue();
    assertThat(report.required("episodes")).hasSize(3);
    assertThat(status).isZero();
  }
}
