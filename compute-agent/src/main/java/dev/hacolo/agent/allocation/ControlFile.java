package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads and writes the files of a control group; failures are sentences. Blocking. */
final class ControlFile {
  private ControlFile() {}

  static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StepException(sentence(file, "reading it", e));
    }
  }

  static void write(Path file, String value) {
    try {
      Files.writeString(file, value + "\n", StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StepException(sentence(file, "writing '%s'".formatted(value), e));
    }
  }

  /** A sentence about a failed call. */
  static String sentence(Path file, String what, IOException e) {
    String why = String.valueOf(e.getMessage());
    if (e instanceof AccessDeniedException) {
      why = "permission denied; the agent needs root or a delegated group";
    } else if (e instanceof NoSuchFileException) {
      why = "there is no such file";
    }
    return "%s: %s: %s".formatted(file, what, why);
  }
}
