package dev.hacolo.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.testing.Pinned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces of {@code src/test/resources/checkpoint}; see {@link Pinned} for how to write anew. */
final class CheckpointScenariosTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/checkpoint");

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theControllerDoesWhatTheTraceSays(String file) throws IOException {
    List<String> lines = Files.readAllLines(DIRECTORY.resolve(file));
    String played = CheckpointScript.play(lines, 0);
    Pinned.check("checkpoint/" + file, played);
    // The clock's origin is any, and it may wrap around.
    assertThat(CheckpointScript.play(lines, Long.MAX_VALUE - 150_000_000)).isEqualTo(played);
  }
}
