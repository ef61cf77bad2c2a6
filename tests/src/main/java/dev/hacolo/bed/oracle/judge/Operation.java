package dev.hacolo.bed.oracle.judge;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and what became of it.
 *
 * @param client who asked; each asks one thing after the other
 * @param subject the key, list or counter that it is about
 * @param verb what was asked
 * @param argument the value, item or place; may be empty
 * @param answer the answer in the form that the verb describes; null if none came: then the request
 *     may have been carried out at any moment since its beginning, may still be, or never
 * @param begin when it was sent, in ns of {@link System#nanoTime}
 * @param end when the answer was there, later than {@code begin}; {@link #NEVER} without one
 */
public record Operation(
    int client,
    String subject,
    Verb verb,
    String argument,
    @Nullable String answer,
    long begin,
    long end) {
  /** The answer for a thing that is not there. */
  public static final String ABSENT = "-";

  /** First character of an answer that no right service can give. */
  public static final String WRONG = "!";

  /** The end of an operation without an answer. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final String UNANSWERED = "?";
  private static final int FIELDS = 7;

  /** Whether it is unknown if it was carried out. */
  public boolean isAmbiguous() {
    return answer == null;
  }

  /** The answer of an operation that has one. */
  public String answered() {
    return Objects.requireNonNull(answer, "no answer came");
  }

  /** As a line of a history. */
  public String toLine() {
    return String.join(
        "\t",
        Integer.toString(client),
        subject,
        verb.name(),
        argument,
        answer == null ? UNANSWERED : answer,
        Long.toString(begin),
        answer == null ? UNANSWERED : Long.toString(end));
  }

  /**
   * Reads {@link #toLine}.
   *
   * @throws IllegalArgumentException if it is no such line
   */
  public static Operation of(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("no line of a history: " + line);
    }
    boolean ambiguous = fields[6].equals(UNANSWERED);
    return new Operation(
        Integer.parseInt(fields[0]),
        fields[1],
        Verb.valueOf(fields[2]),
        fields[3],
        ambiguous ? null : fields[4],
        Long.parseLong(fields[5]),
        ambiguous ? NEVER : Long.parseLong(fields[6]));
  }
}
