package dev.hacolo.bed.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Removes all that a run has made: its processes, whatever runs in its namespaces, the namespaces
 * with all links and taps in them, its control groups, its files. Works on what a dead run has left
 * behind as well, and may be repeated. All data is thrown away, so nothing is asked to end
 * politely.
 */
public final class RunRemoval {
  private static final Duration DEATH = Duration.ofSeconds(20);
  private static final Path NETNS = Path.of("/run/netns");

  private RunRemoval() {}

  /**
   * Removes a run; everything is tried even if a part fails, then the first problem is thrown, and
   * the directory stays so that this can be repeated.
   */
  public static void remove(RunDirectory run) {
    List<RuntimeException> problems = new ArrayList<>();
    attempt(problems, () -> run.owner().filter(owner -> !isSelf(owner)).ifPresent(RunRemoval::end));
    attempt(problems, () -> run.processes().forEach(ProcessIdentity::kill));
    for (String namespace : run.namespaces()) {
      attempt(problems, () -> removeNamespace(namespace));
    }
    attempt(problems, () -> run.processes().forEach(RunRemoval::end));
    attempt(problems, () -> ControlGroups.remove(run.controlGroups()));
    // The directory says what there is: without it nobody could remove the rest later.
    if (!problems.isEmpty()) {
      throw problems.get(0);
    }
    deleteTree(run.path());
  }

  /** Removes every run of the state directory that nobody looks after. */
  public static void removeAbandoned(StateDirectory state) {
    state.runs().stream().filter(RunDirectory::isAbandoned).forEach(RunRemoval::remove);
  }

  private static void attempt(List<RuntimeException> problems, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      problems.add(e);
    }
  }

  private static boolean isSelf(ProcessIdentity process) {
    return process.pid() == ProcessHandle.current().pid();
  }

  private static void end(ProcessIdentity process) {
    process.kill();
    Await.until("process %d to die".formatted(process.pid()), DEATH, () -> !process.isAlive());
  }

  private static void removeNamespace(String name) {
    if (!Files.exists(NETNS.resolve(name))) {
      return;
    }
    // A process may fork while the list is read: looked at again until nobody is left.
    Await.until(
        "the processes in namespace %s to die".formatted(name),
        DEATH,
        () -> {
          List<ProcessIdentity> inside = processesIn(name);
          inside.forEach(ProcessIdentity::kill);
          return inside.isEmpty();
        });
    Command.run("ip", "netns", "delete", name);
  }

  private static List<ProcessIdentity> processesIn(String namespace) {
    Object wanted;
    try {
      wanted = inode(NETNS.resolve(namespace));
    } catch (IOException e) {
      return List.of();
    }
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.map(process -> ProcessIdentity.of(process.pid()))
          .flatMap(Optional::stream)
          .filter(process -> !isSelf(process) && isIn(process, wanted) && process.isAlive())
          .toList();
    }
  }

  private static boolean isIn(ProcessIdentity process, Object namespace) {
    try {
      return namespace.equals(inode(Path.of("/proc", Long.toString(process.pid()), "ns/net")));
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev") + ":" + Files.getAttribute(path, "unix:ino");
  }

  private static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new BedException("%s cannot be removed: %s".formatted(root, e.getMessage()), e);
    }
  }
}
