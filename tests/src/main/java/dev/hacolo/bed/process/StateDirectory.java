package dev.hacolo.bed.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one place outside the checkout where the bed keeps files: {@code cache/} stays between runs,
 * {@code runs/ID/} is removed with its run.
 *
 * @param root absolute path, at most 40 characters: sockets below it must fit into 107
 */
public record StateDirectory(Path root) {
  /** Where it is unless told otherwise. */
  public static final Path DEFAULT = Path.of("/var/lib/ha-colo-demo");

  private static final int LONGEST = 40;

  /** Checks the path. */
  public StateDirectory {
    if (!root.isAbsolute() || root.toString().length() > LONGEST) {
      throw new BedException(
          "state directory is '%s': allowed is an absolute path of at most %d characters"
              .formatted(root, LONGEST));
    }
  }

  /** The directory that the system property {@code hacolo.state} names, or the default one. */
  public static StateDirectory configured() {
    return new StateDirectory(Path.of(System.getProperty("hacolo.state", DEFAULT.toString())));
  }

  /** What later runs use again: packages, guest images, PostgreSQL's binaries. */
  public Path cache() {
    return created(root.resolve("cache"));
  }

  /** All runs that have not been removed, dead ones included. */
  public List<RunDirectory> runs() {
    Path runs = root.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(runs)) {
      return found.filter(Files::isDirectory).sorted().map(RunDirectory::new).toList();
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(runs, e.getMessage()), e);
    }
  }

  /** Makes the directory of a new run. */
  public RunDirectory newRun() {
    Path runs = created(root.resolve("runs"));
    try {
      // Six random digits: short names for sockets and namespaces, unique by the file system.
      while (true) {
        String id = "%06x".formatted(new java.security.SecureRandom().nextInt(1 << 24));
        Path path = runs.resolve(id);
        if (path.toFile().mkdir()) {
          return RunDirectory.claim(path);
        }
        if (!Files.isWritable(runs)) {
          throw new BedException("%s cannot be written: run as root".formatted(runs));
        }
      }
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(runs, e.getMessage()), e);
    }
  }

  private static Path created(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new BedException(
          "%s cannot be made: run as root, or give --state-dir".formatted(path), e);
    }
  }
}
