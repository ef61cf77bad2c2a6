package dev.hacolo.agent.direct;

import dev.hacolo.common.api.ApiJson;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of guest descriptors. Blocking; thread-safe. */
final class GuestDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(GuestDirectory.class);
  private static final int MAX_GUESTS = 4096;

  private final Path directory;

  /** Complaints already logged, by file: a wrong file is named once for each state of it. */
  private final Map<Path, String> complaints = new HashMap<>();

  GuestDirectory(Path directory) {
    this.directory = directory;
  }

  /** All readable descriptors; a wrong one is logged and left out. */
  synchronized List<Descriptor> list() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Descriptor> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> wanted =
          files.filter(f -> f.toString().endsWith(".json")).limit(MAX_GUESTS).toList();
      complaints.keySet().retainAll(wanted);
      wanted.forEach(file -> read(file, found));
    }
    return found;
  }

  /** The descriptor of one instance, or nothing. */
  synchronized List<Descriptor> of(UUID instance) {
    List<Descriptor> found = new ArrayList<>();
    Path file = directory.resolve(instance + ".json");
    if (Files.exists(file)) {
      read(file, found);
    }
    return found;
  }

  private void read(Path file, List<Descriptor> found) {
    try {
      Descriptor descriptor = ApiJson.mapper().readValue(file.toFile(), Descriptor.class);
      if (descriptor == null) {
        complain(file, "it holds no descriptor");
        return;
      }
      String expected = descriptor.description().uuid() + ".json";
      if (!String.valueOf(file.getFileName()).equals(expected)) {
        complain(file, "its name should be " + expected);
        return;
      }
      complaints.remove(file);
      found.add(descriptor);
    } catch (IOException e) {
      complain(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable"));
    }
  }

  private void complain(Path file, String problem) {
    if (!problem.equals(complaints.put(file, problem))) {
      LOG.warn("guest descriptor {} is left out: {}", file, problem);
    }
  }

  /** Writes a descriptor so that a reader sees the old or the new one, never half of it. */
  void write(Descriptor descriptor) throws IOException {
    Files.createDirectories(directory);
    UUID uuid = descriptor.description().uuid();
    Path draft = directory.resolve(uuid + ".tmp");
    ApiJson.mapper().writeValue(draft.toFile(), descriptor);
    Path target = directory.resolve(uuid + ".json");
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  void remove(UUID instance) throws IOException {
    Files.deleteIfExists(directory.resolve(instance + ".json"));
  }
}
