package dev.hacolo.agent.qmp;

/** A QMP command that failed, or a monitor that is gone. */
public final class QmpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** Why a command has no result. */
  public enum Kind {
    /** QEMU answered with an error. */
    REFUSED,
    /** No answer came within the deadline. */
    TIMEOUT,
    /** The connection is closed: QEMU has ended or closed it. */
    CLOSED,
    /** QEMU broke the protocol. */
    PROTOCOL
  }

  /** Describes the failure in one sentence. */
  public QmpException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** Why the command has no result. */
  public Kind kind() {
    return kind;
  }
}
