package dev.hacolo.bed.traffic;

/** The guest answered something that is not the right answer; the message quotes it. */
public final class WrongAnswerException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int QUOTED = 120;

  /**
   * Quotes a wrong answer.
   *
   * @param request what was asked for
   * @param answer what came
   * @param expected what is right
   */
  public WrongAnswerException(String request, String answer, String expected) {
    super(
        "%s was answered '%s' instead of '%s'"
            .formatted(request, shortened(answer), shortened(expected)));
  }

  private static String shortened(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
  }
}
