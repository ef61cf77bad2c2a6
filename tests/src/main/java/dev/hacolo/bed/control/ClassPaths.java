package dev.hacolo.bed.control;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Class paths of the modules as {@code ha-colo build} has found them ({@code target/classpath}).
 */
final class ClassPaths {
  private ClassPaths() {}

  static String of(String module) {
    if (!Boolean.getBoolean("hacolo.built")) {
      // Started by Maven, whose class path has every module on it; files may be old.
      return System.getProperty("java.class.path");
    }
    Path target = ProjectFiles.find(module + "/pom.xml").resolveSibling("target");
    Path file = target.resolve("classpath");
    try {
      return target.resolve("classes") + File.pathSeparator + Files.readString(file).strip();
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
