package dev.hacolo.agent.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that is kept in {@code src/test/resources} and reviewed as a diff; {@code
 * -Dscenarios.rewrite=true} (in {@code test.argLine}) writes it anew.
 */
public final class Pinned {
  private static final Path RESOURCES = Path.of("src/test/resources");

  private Pinned() {}

  /** Compares with a file. */
  public static void check(String file, String text) throws IOException {
    Path path = RESOURCES.resolve(file);
    if (Boolean.getBoolean("scenarios.rewrite")) {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    }
    assertThat(text).isEqualTo(Files.readString(path));
  }
}
