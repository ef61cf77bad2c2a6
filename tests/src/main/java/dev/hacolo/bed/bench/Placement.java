package dev.hacolo.bed.bench;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who runs on which core. Child processes and new threads inherit it, so this JVM is put onto the
 * second core before it starts anything, and the primary's QEMU is moved away from there.
 *
 * @param cores cores that this machine lets us have
 * @param agentsWithTheirVm whether the primary's agent shares the core of its VM, as on a real host
 */
record Placement(List<Integer> cores, boolean agentsWithTheirVm) {
  private static final int MOST_PASSES = 10;

  Placement {
    cores = List.copyOf(cores);
  }

  /** Finds out which cores there are. */
  static Placement here(boolean agentsWithTheirVm) {
    try {
      String allowed =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse("0");
      return new Placement(cores(allowed), agentsWithTheirVm);
    } catch (IOException e) {
      throw new BedException("/proc is not mounted: the bench needs it", e);
    }
  }

  /** Reads the kernel's form of a list of cores, for example {@code 0-2,7}. */
  static List<Integer> cores(String list) {
    List<Integer> cores = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
        cores.add(core);
      }
    }
    return cores;
  }

  /** Everybody may use every core. */
  static Placement unpinned() {
    return new Placement(List.of(), false);
  }

  boolean isPinned() {
    return cores.size() >= 2;
  }

  /** For a person. */
  String description() {
    if (cores.isEmpty()) {
      return "not pinned: both QEMUs, both agents and the clients may use every core";
    }
    if (!isPinned()) {
      return "not pinned: there is one core only";
    }
    return "core %d: primary's QEMU%s; core %d: everything else (secondary's QEMU, %s, clients)"
        .formatted(
            cores.get(0),
            agentsWithTheirVm ? " and agent" : "",
            cores.get(1),
            agentsWithTheirVm ? "its agent" : "both agents");
  }

  /** Puts this JVM, and so all that it starts from now on, onto the second core. */
  void placeEverything() {
    if (isPinned()) {
      pin(join(cores.subList(1, 2)), ProcessHandle.current().pid());
    }
  }

  /** Lets this JVM run anywhere again. */
  void release() {
    if (isPinned()) {
      pin(join(cores), ProcessHandle.current().pid());
    }
  }

  /** Puts the primary's QEMU, with all threads that it has and will have, onto the first core. */
  void placePrimary(long pid) {
    if (isPinned()) {
      pin(join(cores.subList(0, 1)), pid);
    }
  }

  /** Puts the primary's agent where it was asked for. */
  void placePrimaryAgent(long pid) {
    if (isPinned() && agentsWithTheirVm) {
      pin(join(cores.subList(0, 1)), pid);
    }
  }

  /**
   * A thread that another one makes meanwhile may be missed: one more pass finds it. A thread that
   * ends meanwhile ends taskset's pass: the next one is tried.
   */
  private static void pin(String list, long pid) {
    int complete = 0;
    for (int pass = 1; complete < 2; pass++) {
      try {
        Command.run("taskset", "-apc", list, Long.toString(pid));
        complete++;
      } catch (BedException e) {
        if (pass >= MOST_PASSES) {
          throw e;
        }
      }
    }
  }

  private static String join(List<Integer> cores) {
    return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
