package dev.hacolo.bed.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of the checkout, whichever of its directories the JVM was started in. */
public final class ProjectFiles {
  private ProjectFiles() {}

  /** Absolute path of a file, given relative to the top of the checkout. */
  public static Path find(String relative) {
    String configured = System.getProperty("hacolo.root");
    Path directory = Path.of(configured == null ? "" : configured).toAbsolutePath();
    for (Path top = directory; top != null; top = top.getParent()) {
      if (Files.exists(top.resolve(relative))) {
        return top.resolve(relative);
      }
    }
    throw new BedException("%s is not in the checkout above %s".formatted(relative, directory));
  }
}
