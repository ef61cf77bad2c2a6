package dev.hacolo.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scenarios of {@code src/test/resources/profile}. {@code -Dscenarios.rewrite=true} (in {@code
 * test.argLine}) writes what conversations do now, to be reviewed as a diff.
 */
final class ProfileScenariosTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/profile");

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theyDoWhatTheScenarioSays(String file) throws IOException {
    Path path = DIRECTORY.resolve(file);
    String played = ProfileScript.play(Files.readAllLines(path));
    if (Boolean.getBoolean("scenarios.rewrite")) {
      Files.writeString(path, played);
    }
    assertThat(played).isEqualTo(Files.readString(path));
  }
}
