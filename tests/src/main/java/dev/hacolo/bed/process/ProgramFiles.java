package dev.hacolo.bed.process;

import dev.hacolo.common.api.ApiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every program of the bed that are about files. */
public final class ProgramFiles {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write all that was found as JSON as well")
  private @Nullable Path json;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "where files are kept (default: ${DEFAULT-VALUE})",
      defaultValue = "/var/lib/ha-colo-demo")
  private Path stateDirectory = StateDirectory.DEFAULT;

  /** Where JSON is to be written; null if nowhere. */
  public @Nullable Path json() {
    return json;
  }

  /** Where everything else is. */
  public Path stateDirectory() {
    return stateDirectory;
  }

  /** The same as what it holds. */
  public StateDirectory state() {
    return new StateDirectory(stateDirectory);
  }

  /** Writes a report as JSON, if that is wanted. */
  public void write(Object report) throws IOException {
    if (json != null) {
      String text = ApiJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report);
      Files.writeString(json, text + "\n");
    }
  }
}
