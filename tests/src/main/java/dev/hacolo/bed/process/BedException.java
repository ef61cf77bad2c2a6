package dev.hacolo.bed.process;

/**
 * The test bed cannot do what it was asked for; the message is one sentence for a person: what,
 * where, and what can be done.
 */
public final class BedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what went wrong. */
  public BedException(String sentence) {
    super(sentence);
  }

  /** Says what went wrong, and why. */
  public BedException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
