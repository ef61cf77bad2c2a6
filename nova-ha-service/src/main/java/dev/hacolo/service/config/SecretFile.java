package dev.hacolo.service.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A password in a file of its own, read anew each time so that it can be changed while the service
 * runs. Trailing white space does not belong to it.
 *
 * @param file path of the file
 */
public record SecretFile(Path file) implements Supplier<char[]> {
  /**
   * Reads the password.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  @Override
  public char[] get() {
    try {
      return Files.readString(file).stripTrailing().toCharArray();
    } catch (IOException e) {
      throw new UncheckedIOException("the password file " + file + " cannot be read", e);
    }
  }
}
