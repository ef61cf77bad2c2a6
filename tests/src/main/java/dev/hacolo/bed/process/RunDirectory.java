package dev.hacolo.bed.process;

import dev.hacolo.common.api.ApiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that one run has made, in files, so that another process can remove it.
 *
 * <p>Invariant: a namespace is written down before it is made, a process as soon as it exists; what
 * is written down may be absent, what exists is written down or lives in one of the namespaces.
 *
 * @param path {@code runs/ID} of the state directory
 */
public record RunDirectory(Path path) {
  private static final String OWNER = "owner.json";
  private static final String KEPT = "kept";
  private static final String NAMESPACES = "namespaces";
  private static final String PROCESSES = "processes";

  static RunDirectory claim(Path path) throws IOException {
    RunDirectory run = new RunDirectory(path);
    Files.write(path.resolve(OWNER), ApiJson.mapper().writeValueAsBytes(ProcessIdentity.self()));
    return run;
  }

  /** Short id of the run, part of the names of its namespaces. */
  public String id() {
    return path.getFileName().toString();
  }

  /** Name of the control group below which an agent of the run makes its own. */
  public String controlGroup(String node) {
    return controlGroups() + node;
  }

  /** What the names of all of them begin with. */
  String controlGroups() {
    return "ha-colo-%s-".formatted(id());
  }

  /** Makes (if need be) and returns a directory of the run. */
  public Path directory(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new BedException(
          "%s cannot be made: %s".formatted(path.resolve(name), e.getMessage()), e);
    }
  }

  /** Where a process of this name writes what it has to say. */
  public Path log(String name) {
    return directory("logs").resolve(name + ".log");
  }

  /** Writes a namespace down, before it is made. */
  public void recordNamespace(String name) {
    try {
      Files.writeString(
          path.resolve(NAMESPACES),
          name + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Namespaces of the run. */
  public List<String> namespaces() {
    Path file = path.resolve(NAMESPACES);
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes a process down. */
  public void recordProcess(String name, ProcessIdentity identity) {
    try {
      Files.write(
          directory(PROCESSES).resolve(name + "-" + identity.pid() + ".json"),
          ApiJson.mapper().writeValueAsBytes(identity));
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Processes of the run, ended ones included. */
  public List<ProcessIdentity> processes() {
    Path records = path.resolve(PROCESSES);
    List<ProcessIdentity> found = new ArrayList<>();
    if (!Files.isDirectory(records)) {
      return found;
    }
    try (Stream<Path> files = Files.list(records)) {
      files.forEach(file -> read(file).ifPresent(found::add));
      return found;
    } catch (IOException e) {
      throw new BedException("%s cannot be read: %s".formatted(records, e.getMessage()), e);
    }
  }

  /** Says that the run shall go on without the process that made it. */
  public void keep() {
    try {
      Files.writeString(path.resolve(KEPT), "");
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The process that made the run, if it still runs. */
  public Optional<ProcessIdentity> owner() {
    return read(path.resolve(OWNER)).filter(ProcessIdentity::isAlive);
  }

  /** True if the run shall go on without the process that made it. */
  public boolean isKept() {
    return Files.exists(path.resolve(KEPT));
  }

  /** True if nobody looks after the run and nobody asked for it to be kept. */
  public boolean isAbandoned() {
    return owner().isEmpty() && !isKept();
  }

  private static Optional<ProcessIdentity> read(Path file) {
    try {
      return Optional.of(ApiJson.mapper().readValue(file.toFile(), ProcessIdentity.class));
    } catch (IOException e) {
      return Optional
          .empty(); // Torn by a crash while it was written: then nothing had started yet.
    }
  }
}
