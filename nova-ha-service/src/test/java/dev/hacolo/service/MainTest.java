package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a wrong start says; a right one is tested by the demo and by {@link PairLifeTest}. */
class MainTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(args, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void wrongArgumentsAreAnsweredWithTheUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--config")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: ").contains("--config FILE");
  }

  @Test
  void aWrongFileIsAnsweredWithEveryProblem() throws IOException {
    Path file = Files.writeString(directory.resolve("x.properties"), "api.listen = nowhere\n");
    assertThat(run("--config", file.toString())).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("api.listen is 'nowhere'")
        .contains("database.url is missing")
        .contains("tls.ca is missing");
    assertThat(run("--config", directory.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("the file cannot be read");
  }
}
