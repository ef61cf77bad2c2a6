package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.max;

/**
 * How far the content of one connection may have left and has been acknowledged, as B knows it, in
 * the primary's numbers.
 */
final class FlowProgress {
  private int acknowledged;
  private boolean hasAcknowledged;

  /** What the client has acknowledged as it says; pre-released content may be part of it. */
  private int told;

  private boolean hasTold;

  /** Behind the highest position that may have left without a verdict. */
  private int entered;

  private boolean hasEntered;

  /** Behind the highest position that may have left: found equal, nothing different before it. */
  private int recorded;

  private boolean hasRecorded;

  /** A connection begins. */
  void begin() {
    hasAcknowledged = false;
    hasTold = false;
    hasRecorded = false;
  }

  /** A SYN has come: what was entered before is another connection's. */
  void forgetEntered() {
    hasEntered = false;
  }

  /** Content up to here may leave without a verdict. */
  void entered(int end) {
    entered = hasEntered ? max(entered, end) : end;
    hasEntered = true;
  }

  /** Content up to here was found equal. */
  void recorded(int end) {
    recorded = hasRecorded ? max(recorded, end) : end;
    hasRecorded = true;
  }

  /**
   * The client says that it has content up to a position.
   *
   * @return false for what has not left: nobody acknowledges that
   */
  boolean acknowledge(int position) {
    boolean compared = hasRecorded && Positions.atOrBelow(position, recorded);
    if (!compared && !(hasEntered && Positions.atOrBelow(position, entered))) {
      return false;
    }
    told(position);
    return true;
  }

  private void told(int position) {
    told = hasTold ? max(told, position) : position;
    hasTold = true;
  }

  /** The secondary VM will not send the content up to here, and the client has it. */
  void omitted(int end) {
    recorded(end);
    told(end);
  }

  /** What was pre-released may be acknowledged before the secondary VM has sent it. */
  void settle() {
    if (hasRecorded && hasTold) {
      int settled = Positions.min(told, recorded);
      acknowledged = hasAcknowledged ? max(acknowledged, settled) : settled;
      hasAcknowledged = true;
    }
  }

  /** Behind the highest position that may have left; {@code otherwise} if nothing has. */
  int left(int otherwise) {
    if (hasEntered && hasRecorded) {
      return max(entered, recorded);
    }
    return hasEntered ? entered : hasRecorded ? recorded : otherwise;
  }

  /** Whether anything is known that both VMs have sent and the client has. */
  boolean hasAcknowledged() {
    return hasAcknowledged;
  }

  /** Behind that. */
  int acknowledged() {
    return acknowledged;
  }
}
