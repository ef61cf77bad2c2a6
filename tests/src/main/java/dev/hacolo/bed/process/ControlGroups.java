package dev.hacolo.bed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Control groups (cgroups(7)) that agents of a run have made. */
final class ControlGroups {
  private static final Path MOUNTS = Path.of("/sys/fs/cgroup");

  /** Hierarchy, a few groups that this machine's owner may have put everything into, and theirs. */
  private static final int DEPTH = 6;

  private static final Duration DEATH = Duration.ofSeconds(10);

  private ControlGroups() {}

  /**
   * Removes the groups whose names begin so, with all below; their processes have ended. A group
   * stays busy for a moment after its last process.
   */
  static void remove(String prefix) {
    for (Path group : named(prefix)) {
      Await.until("the control group %s to go".formatted(group), DEATH, () -> removed(group));
    }
  }

  private static List<Path> named(String prefix) {
    if (!Files.isDirectory(MOUNTS)) {
      return List.of();
    }
    try (Stream<Path> found =
        Files.find(
            MOUNTS,
            DEPTH,
            (p, a) -> a.isDirectory() && p.getFileName().toString().startsWith(prefix))) {
      return found.toList();
    } catch (IOException | UncheckedIOException e) {
      throw new BedException("%s cannot be searched: %s".formatted(MOUNTS, e.getMessage()), e);
    }
  }

  /** Deepest first: files of a group go with it. */
  private static boolean removed(Path group) {
    try (Stream<Path> below = Files.walk(group)) {
      for (Path each :
          below.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return !Files.exists(group);
    }
  }
}
