package dev.hacolo.bed.process;

/** The one line of {@code /proc/PID/stat}, also of a thread (proc(5)). */
public final class ProcStat {
  /** Clock ticks in a second, the same on every Linux that this runs on. */
  public static final double TICKS_PER_SECOND = 100;

  /** Field utime, counted behind the name; stime follows. */
  private static final int USER_FIELD = 11;

  private ProcStat() {}

  /** User and system time, in clock ticks; the name in the line may contain anything. */
  public static long cpuTicks(String line) {
    String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(words[USER_FIELD]) + Long.parseLong(words[USER_FIELD + 1]);
  }
}
