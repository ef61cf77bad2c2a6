package dev.hacolo.agent.libvirt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The nodes of the disks of a domain that the agent has made, kept for an agent that is started
 * again. Blocking.
 *
 * @param file where; in a directory that only such a domain has
 */
record DomainNodes(Path file) {
  /** What was kept; empty if nothing was. */
  Map<String, String> known() throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  /** Keeps what was found, if the domain is of that kind. */
  DomainBackends keep(DomainBackends found) throws IOException {
    Path directory = file.getParent();
    if (directory != null && Files.isDirectory(directory)) {
      Properties properties = new Properties();
      properties.putAll(found.nodes());
      try (OutputStream out = Files.newOutputStream(file)) {
        properties.store(out, null);
      }
    }
    return found;
  }
}
