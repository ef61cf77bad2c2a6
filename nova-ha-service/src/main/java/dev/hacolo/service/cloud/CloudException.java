package dev.hacolo.service.cloud;

/** A call to OpenStack that could not be carried out. */
public final class CloudException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean transientFault;

  /**
   * Describes the fault.
   *
   * @param message one sentence: which call, what the answer was; never a secret
   * @param transientFault whether the same call may succeed later (connection lost, 429, 5xx, 409)
   */
  public CloudException(String message, boolean transientFault) {
    super(message);
    this.transientFault = transientFault;
  }

  /** Whether the same call may succeed later. */
  public boolean isTransient() {
    return transientFault;
  }
}
