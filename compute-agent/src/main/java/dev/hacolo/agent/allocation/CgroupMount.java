package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A mounted hierarchy of control groups; see proc(5), {@code mountinfo}.
 *
 * @param directory where it is mounted
 * @param root which of its groups is there, as the kernel writes it
 */
record CgroupMount(Path directory, String root) {
  /** The hierarchy of a controller of cgroup v1. */
  static Optional<CgroupMount> v1(String controller) {
    return find(
        right ->
            right[0].equals("cgroup") && Arrays.asList(right[2].split(",")).contains(controller));
  }

  /** The unified hierarchy. */
  static Optional<CgroupMount> v2() {
    return find(right -> right[0].equals("cgroup2"));
  }

  private static Optional<CgroupMount> find(Predicate<String[]> wanted) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
          .map(line -> line.split(" - ", 2))
          .filter(sides -> wanted.test(sides[1].split(" ", 3)))
          .map(sides -> sides[0].split(" ", 6))
          .map(left -> new CgroupMount(Path.of(left[4]), left[3]))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where a group is, named as {@code /proc/PID/cgroup} names it. */
  Path directoryOf(String group) {
    String prefix = root.equals("/") ? "" : root;
    if (!group.equals(prefix) && !group.startsWith(prefix + "/")) {
      throw new StepException(
          "group %s is outside of %s, which is mounted at %s".formatted(group, root, directory));
    }
    String inside = group.substring(prefix.length()).replaceFirst("^/", "");
    return inside.isEmpty() ? directory : directory.resolve(inside);
  }
}
