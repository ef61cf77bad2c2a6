package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import org.jspecify.annotations.Nullable;

/** An output of the primary that has not left yet. */
final class HeldFrame {
  /** What a frame waits for apart from inputs and order. */
  enum Wait {
    /** Nothing. */
    NOTHING,
    /** B's verdict, or a checkpoint. */
    VERDICT,
    /** B has found it equal; the seal of the checkpoint that has just begun. */
    SEAL,
    /** A checkpoint; the first one that is certain. */
    CHECKPOINT,
    /** The checkpoint whose seal was there when the frame came. */
    LOAD,
    /** B's word that it has the record, an entry of the ledger. */
    LEDGER,
    /** Nothing: B has the ledger's entry, and the content is of the state that both VMs have. */
    OVER_PRERELEASED,
    /** Nothing: B has found it equal. */
    OVER_EQUAL,
    /** Nothing: a state that made it is loaded. */
    OVER_CHECKPOINTED
  }

  final int nic;
  final Frame frame;

  /** Count of inputs that B must have. */
  final long inputs;

  /** When it came, in nanoseconds. */
  final long since;

  /** Counts the frames that were ever held, from 1. */
  long number;

  /** Connection whose order it keeps, or null. */
  final @Nullable GateFlow flow;

  /** Position behind it in its stream; of use if it keeps an order. */
  final int end;

  /** Number of its record as long as that waits for an answer, else -1. */
  long record = -1;

  /** What is known of the origin of its content. */
  Origins.Origin origin = Origins.Origin.NOTHING;

  /** Number of its record if that is an entry of the ledger. */
  long entry = -1;

  Wait wait = Wait.NOTHING;
  @Nullable HeldFrame older;
  @Nullable HeldFrame newer;
  @Nullable HeldFrame nextInFlow;

  HeldFrame(int nic, Frame frame, long inputs, long since, @Nullable GateFlow flow, int end) {
    this.nic = nic;
    this.frame = frame;
    this.inputs = inputs;
    this.since = since;
    this.flow = flow;
    this.end = end;
  }

  /** Whether it waits for a word of B's about it. */
  boolean waitsForB() {
    return wait == Wait.VERDICT || wait == Wait.SEAL || wait == Wait.LEDGER;
  }

  boolean undecided() {
    return switch (wait) {
      case NOTHING, OVER_EQUAL, OVER_CHECKPOINTED, OVER_PRERELEASED -> false;
      case VERDICT, SEAL, CHECKPOINT, LOAD, LEDGER -> true;
    };
  }
}
