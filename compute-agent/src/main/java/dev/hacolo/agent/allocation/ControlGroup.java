package dev.hacolo.agent.allocation;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A control group: a directory of the cgroup file system with its files (cgroups(7)). */
record ControlGroup(Path path) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path OWN = Path.of("/proc/self/cgroup");

  /** This process's own group in the hierarchy of a v1 controller, if that is mounted. */
  static Optional<ControlGroup> ownV1(String controller) throws IOException {
    Optional<String> own =
        Files.readAllLines(OWN).stream()
            .map(line -> line.split(":", 3))
            .filter(parts -> List.of(parts[1].split(",", -1)).contains(controller))
            .map(parts -> parts[2])
            .findFirst();
    Optional<Path> mount = mount("cgroup", controller);
    return own.flatMap(group -> mount.map(at -> new ControlGroup(at.resolve(group.substring(1)))));
  }

  /** Where cgroup v2 is mounted. */
  static Optional<ControlGroup> rootV2() throws IOException {
    return mount("cgroup2", "").map(ControlGroup::new);
  }

  /** Mount point of a file system among whose options is a word (proc(5), mountinfo). */
  private static Optional<Path> mount(String type, String option) throws IOException {
    return Files.readAllLines(MOUNTS).stream()
        .map(line -> line.split(" - ", 2))
        .filter(halves -> halves.length == 2)
        .filter(
            halves -> {
              String[] rest = halves[1].split(" ", -1);
              boolean has = option.isEmpty() || List.of(rest[2].split(",", -1)).contains(option);
              return rest[0].equals(type) && has;
            })
        .map(halves -> Path.of(halves[0].split(" ", -1)[4]))
        .findFirst();
  }

  ControlGroup child(String name) {
    return new ControlGroup(path.resolve(name));
  }

  ControlGroup child(UUID instance) {
    return child(instance.toString());
  }

  /** The group above it; it is not the uppermost one. */
  ControlGroup parent() {
    return new ControlGroup(Objects.requireNonNull(path.getParent()));
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  /** Makes it, if it is not there. */
  ControlGroup made() throws IOException {
    if (!exists()) {
      Files.createDirectory(path);
    }
    return this;
  }

  String read(String file) throws IOException {
    return Files.readString(path.resolve(file)).strip();
  }

  void write(String file, String value) throws IOException {
    try {
      Files.writeString(path.resolve(file), value, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      throw new IOException(
          "%s does not take '%s': %s".formatted(path.resolve(file), value, e.getReason()), e);
    }
  }

  List<String> lines(String file) throws IOException {
    return Files.readAllLines(path.resolve(file));
  }

  List<ControlGroup> children() throws IOException {
    if (!exists()) {
      return List.of();
    }
    try (Stream<Path> below = Files.list(path)) {
      return below.filter(Files::isDirectory).map(ControlGroup::new).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Removes it if nobody is in it. */
  void remove() throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      // As busy as for the kernel, which says it in another way.
    } catch (FileSystemException e) {
      if (exists() && !String.valueOf(e.getReason()).contains("busy")) {
        throw e;
      }
    }
  }
}
