package dev.hacolo.agent.domain;

/** A step that could not be done; the message is one sentence for a person. */
public final class StepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Describes the failure. */
  public StepException(String message) {
    super(message, null, false, false);
  }
}
