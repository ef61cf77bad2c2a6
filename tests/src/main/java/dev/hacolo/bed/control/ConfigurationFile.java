package dev.hacolo.bed.control;

import dev.hacolo.bed.process.RunDirectory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;

/** Configuration files of the processes under test. */
final class ConfigurationFile {
  private ConfigurationFile() {}

  static Path write(RunDirectory run, String name, Properties settings) {
    StringWriter text = new StringWriter();
    try {
      settings.store(text, "made by the test bed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Secret.write(run.directory("etc").resolve(name + ".properties"), text.toString());
  }
}
