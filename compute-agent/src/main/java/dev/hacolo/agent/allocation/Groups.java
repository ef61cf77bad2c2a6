package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This agent's control groups, {@code NAME.INSTANCE} below the group that a VM's process is in
 * already: so the process stays where it was started, and its other limits hold. They are not below
 * one group of the agent, which would have to get a weight among the host's other threads. Thread
 * safe; blocking.
 */
final class Groups {
  private static final Logger LOG = LoggerFactory.getLogger(Groups.class);
  private static final int DEEPEST = 12;
  private static final int ROUNDS = 3;

  private final String name;
  private final String threadsFile;
  private final Pattern mine;
  private final Map<UUID, Set<Path>> made = new ConcurrentHashMap<>();

  /**
   * Makes nothing yet.
   *
   * @param name of this agent among those of the machine
   * @param threadsFile name of the file that lists a group's threads and moves them
   */
  Groups(String name, String threadsFile) {
    this.name = name;
    this.threadsFile = threadsFile;
    this.mine =
        Pattern.compile(Pattern.quote(name) + "\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  /** Whether this agent, or an earlier run of it, made a group. */
  boolean isMine(Path group) {
    return mine.matcher(group.getFileName().toString()).matches();
  }

  /** The instance's group below one; makes it if need be. */
  Path make(Path base, UUID instance) {
    Path group = base.resolve(name + "." + instance);
    made.computeIfAbsent(instance, i -> ConcurrentHashMap.newKeySet()).add(group);
    try {
      if (!Files.isDirectory(group)) {
        Files.createDirectory(group);
      }
      return group;
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(group, "making it", e));
    }
  }

  /** Moves a thread into a group. */
  void move(long thread, Path group) {
    ControlFile.write(group.resolve(threadsFile), Long.toString(thread));
  }

  /** Removes the groups that were made for an instance. */
  void remove(UUID instance) {
    Set<Path> groups = made.getOrDefault(instance, Set.of());
    groups.forEach(this::remove);
    made.remove(instance);
  }

  /** Moves the threads of a group out of it and removes it. */
  void remove(Path group) {
    Path above = group.resolveSibling(threadsFile);
    for (int round = 0; round < ROUNDS; round++) {
      for (String thread : threads(group)) {
        moveIfThere(thread, above);
      }
    }
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(group, "removing it", e));
    }
  }

  /** A thread may end meanwhile; one that does not is seen when its group cannot be removed. */
  private static void moveIfThere(String thread, Path file) {
    try {
      ControlFile.write(file, thread);
    } catch (StepException e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  private List<String> threads(Path group) {
    try {
      return Files.readAllLines(group.resolve(threadsFile));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(group, "reading its threads", e));
    }
  }

  /** All groups of this agent in a hierarchy, whichever run of it made them. */
  List<Path> below(Path mount) {
    List<Path> found = new ArrayList<>();
    look(mount.toFile(), DEEPEST, found);
    return found;
  }

  private void look(File directory, int depth, List<Path> found) {
    File[] groups = directory.listFiles(File::isDirectory);
    if (groups == null || depth == 0) {
      return;
    }
    for (File group : groups) {
      if (isMine(group.toPath())) {
        found.add(group.toPath());
      } else {
        look(group, depth - 1, found);
      }
    }
  }
}
