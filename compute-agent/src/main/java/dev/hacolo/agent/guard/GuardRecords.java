package dev.hacolo.agent.guard;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What has been put on which tap, for an agent that is started again. Blocking. */
final class GuardRecords {
  private static final String MADE = " made";

  private final Path directory;

  /**
   * A tap.
   *
   * @param name of the device
   * @param made whether the place for filters was made for the guard
   */
  record Tap(String name, boolean made) {}

  GuardRecords(Path state) {
    directory = state.resolve("guards");
  }

  private Path file(UUID instance) {
    return directory.resolve(instance.toString());
  }

  /** To be called before a tap gets its program. */
  void write(UUID instance, List<Tap> taps) {
    try {
      Files.createDirectories(directory);
      Path draft = directory.resolve(instance + ".tmp");
      Files.write(draft, taps.stream().map(tap -> tap.name() + (tap.made() ? MADE : "")).toList());
      Files.move(draft, file(instance), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  List<Tap> read(UUID instance) {
    try {
      List<Tap> taps = new ArrayList<>();
      Path file = file(instance);
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        boolean made = line.endsWith(MADE);
        taps.add(new Tap(made ? line.substring(0, line.length() - MADE.length()) : line, made));
      }
      return taps;
    } catch (IOException e) {
      throw fault(e);
    }
  }

  void remove(UUID instance) {
    try {
      Files.deleteIfExists(file(instance));
    } catch (IOException e) {
      throw fault(e);
    }
  }

  Set<UUID> all() {
    Set<UUID> found = new HashSet<>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".tmp")) {
          found.add(UUID.fromString(name));
        }
      }
      return found;
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private static StepException fault(IOException e) {
    return new StepException("the records of guarded taps cannot be used: " + e);
  }
}
