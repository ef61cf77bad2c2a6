package dev.hacolo.agent.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Shell scripts in the place of programs. */
public final class Scripts {
  private Scripts() {}

  /** Writes an executable script. */
  public static Path write(Path file, String body) throws IOException {
    // Under another name first: a file that is open for writing cannot be executed.
    Path draft =
        Files.writeString(file.resolveSibling(file.getFileName() + ".draft"), "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.move(draft, file);
  }
}
