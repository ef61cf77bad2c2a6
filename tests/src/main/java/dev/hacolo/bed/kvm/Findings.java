package dev.hacolo.bed.kvm;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What the pair's program says, in the lines of the module's selftests: {@code ok}, {@code not ok},
 * {@code measured}, and remarks that begin with a hash. Not thread-safe.
 */
final class Findings {
  private final PrintStream out;
  private final long begun;
  private boolean good = true;

  /**
   * Says nothing yet.
   *
   * @param begun what remarks count their time from, in ns of {@link System#nanoTime}
   */
  Findings(PrintStream out, long begun) {
    this.out = out;
    this.begun = begun;
  }

  /** How far it has come. */
  void reached(String what) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    say(String.format(Locale.ROOT, "# %.1f s: %s", seconds, what));
  }

  /** A sentence that holds, or does not; then what was seen is said. */
  void check(String what, boolean holds, Object seen) {
    good &= holds;
    String why = holds ? "" : ": " + String.valueOf(seen).replace('\n', ' ');
    say("%s pair: %s%s".formatted(holds ? "ok" : "not ok", what, why));
  }

  /** Sentences about what is not as it should be; none is good. */
  void check(String what, List<String> complaints) {
    check(what, complaints.isEmpty(), complaints);
  }

  /** A figure. */
  void measured(String name, double value) {
    say(String.format(Locale.ROOT, "measured pair %s=%.1f", name, value));
  }

  /** Text of others, as remarks. */
  void quote(String text) {
    text.lines().forEach(line -> say("# " + line));
  }

  /** True if all checks hold. */
  boolean isGood() {
    return good;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
