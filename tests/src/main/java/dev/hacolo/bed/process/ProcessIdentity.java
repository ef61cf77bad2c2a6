package dev.hacolo.bed.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param pid process id
 * @param startTicks start time in clock ticks since boot, from {@code /proc/PID/stat}
 * @param bootId the boot in which it started
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
  private static final int STATE_FIELD = 0;
  private static final int START_FIELD = 19;

  /** Identifies a running process; nothing if there is none of that number. */
  public static Optional<ProcessIdentity> of(long pid) {
    return stat(pid)
        .map(
            fields ->
                new ProcessIdentity(pid, Long.parseLong(fields[START_FIELD]), currentBootId()));
  }

  /** Identifies this JVM. */
  public static ProcessIdentity self() {
    return of(ProcessHandle.current().pid()).orElseThrow();
  }

  /** True while the process runs; a zombie does not run. */
  public boolean isAlive() {
    return bootId.equals(currentBootId())
        && stat(pid)
            .filter(fields -> Long.parseLong(fields[START_FIELD]) == startTicks)
            .filter(fields -> !fields[STATE_FIELD].equals("Z") && !fields[STATE_FIELD].equals("X"))
            .isPresent();
  }

  /** Sends SIGKILL, if this very process still runs. */
  public void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Fields of {@code /proc/PID/stat} that follow the name, which may itself contain blanks. */
  private static Optional<String[]> stat(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).trim().split(" "));
    } catch (IOException e) {
      return Optional.empty(); // It has ended.
    }
  }

  private static String currentBootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
    } catch (IOException e) {
      throw new BedException("/proc is not mounted: the test bed needs it", e);
    }
  }
}
