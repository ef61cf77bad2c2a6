package dev.hacolo.bed.oracle.judge;

import java.util.List;

/** Reads histories as people tell them. */
final class Told {
  private Told() {}

  /**
   * Operations, one a line: begin, end or {@code ?}, client, subject, verb, argument or {@code .},
   * answer.
   */
  static List<Operation> history(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).map(Told::line).toList();
  }

  private static Operation line(String line) {
    String[] words = line.split(" +", 7);
    boolean ambiguous = words[1].equals("?");
    return new Operation(
        Integer.parseInt(words[2]),
        words[3],
        Verb.valueOf(words[4]),
        words[5].equals(".") ? "" : words[5],
        ambiguous ? null : words.length > 6 ? words[6] : "",
        Long.parseLong(words[0]),
        ambiguous ? Operation.NEVER : Long.parseLong(words[1]));
  }
}
