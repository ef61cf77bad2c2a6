package dev.hacolo.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scenarios of {@code src/test/resources/session}. {@code -Dscenarios.rewrite=true} (in {@code
 * test.argLine}) writes what the machine does now, to be reviewed as a diff.
 */
final class SessionScenariosTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/session");

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theMachineDoesWhatTheScenarioSays(String file) throws IOException {
    Path path = DIRECTORY.resolve(file);
    String played = SessionScript.play(Files.readAllLines(path));
    if (Boolean.getBoolean("scenarios.rewrite")) {
      Files.writeString(path, played);
    }
    assertThat(played).isEqualTo(Files.readString(path));
  }

  @Test
  void theScenariosEndEachPlanWellAndBadly() throws IOException {
    Set<Plan> done = EnumSet.noneOf(Plan.class);
    Set<Plan> failed = EnumSet.noneOf(Plan.class);
    for (String file : files()) {
      Plan running = null;
      for (String line : Files.readAllLines(DIRECTORY.resolve(file))) {
        if (running != null && (line.equals("done") || line.startsWith("fail "))) {
          (line.equals("done") ? done : failed).add(running);
        }
        int at = line.indexOf(", runs ");
        if (at >= 0) {
          running = Plan.valueOf(line.substring(at + 7).split("[,:]", 2)[0]);
        }
      }
    }
    assertThat(done).containsExactlyInAnyOrder(Plan.values());
    assertThat(failed).containsExactlyInAnyOrder(Plan.values());
  }
}
