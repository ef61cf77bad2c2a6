package dev.hacolo.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs each fuzz target on its seeds and on all that {@code ./ha-colo fuzz} has found. A target is
 * a public class with {@code public static void fuzzerTestOneInput(byte[])} in the package of what
 * it tests; its seeds are the files of the directory {@code fuzz/NAME OF THE CLASS} of the test
 * resources. Nothing else names it: the directory is what makes it known.
 */
final class FuzzSeedsTest {
  private static Path root() throws URISyntaxException {
    URL found = FuzzSeedsTest.class.getResource("/fuzz");
    return Path.of(Objects.requireNonNull(found, "test resources").toURI());
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  static List<Path> targets() throws IOException, URISyntaxException {
    return children(root());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aTargetTakesItsSeeds(Path directory) throws Throwable {
    Class<?> type = Class.forName(directory.getFileName().toString());
    MethodHandle target =
        MethodHandles.publicLookup()
            .findStatic(
                type, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
    List<Path> seeds = children(directory);
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      try {
        target.invoke(Files.readAllBytes(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed.getFileName(), e);
      }
    }
  }

  @Test
  void thereAreTargets() throws IOException, URISyntaxException {
    assertThat(targets()).isNotEmpty();
  }
}
