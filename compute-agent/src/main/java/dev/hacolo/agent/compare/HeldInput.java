package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import org.jspecify.annotations.Nullable;

/**
 * An input that an {@link InputFeed} holds: content until it is acknowledged, anything while the
 * secondary VM is stopped. In two lists: all inputs as they arrived, and the content of its
 * connection by position, or that which is settled.
 */
final class HeldInput {
  static final long UNRANKED = Long.MAX_VALUE;

  final int nic;
  final Frame frame; // in the primary guest's numbers; never given away, only copies
  final @Nullable FeedFlow flow; // null if it is not content
  final int from;
  final int end;
  final long epoch; // marks that had come before it
  final long order;
  final long arrived;
  final InputHint hint;
  final long number; // counts the inputs of the packet link, from 1; 0 if nobody counts
  boolean parked; // waits for its turn, see FeedOrder
  boolean wanted; // its turn shall come soon
  long rank = UNRANKED; // in the order in which the primary VM has answered
  long givenAt;
  boolean injected; // into the state that runs
  boolean settled; // the state that runs has it; for the primary VM this is not known
  boolean counted; // in the bytes that a checkpoint would free

  @Nullable HeldInput earlier;
  @Nullable HeldInput later;
  @Nullable HeldInput lower;
  @Nullable HeldInput higher;

  HeldInput(
      int nic,
      Frame frame,
      @Nullable FeedFlow flow,
      int from,
      int end,
      long epoch,
      long order,
      long arrived,
      InputHint hint,
      long number) {
    this.nic = nic;
    this.frame = frame;
    this.flow = flow;
    this.from = from;
    this.end = end;
    this.epoch = epoch;
    this.order = order;
    this.arrived = arrived;
    this.hint = hint;
    this.number = number;
  }

  /** Whether it changes something, as far as anybody knows. */
  boolean isChange() {
    return hint.kind() == InputHint.Kind.OVERWRITE || hint.kind() == InputHint.Kind.ORDERED;
  }

  /** Whether it and another one of the same service may not change places. */
  boolean conflicts(HeldInput other) {
    return flow != null
        && other.flow != null
        && flow != other.flow
        && flow.key.guestPort() == other.flow.key.guestPort()
        && hint.conflicts(other.hint);
  }

  /** Whether it may not be carried out in front of another one. */
  boolean goesAfter(HeldInput other) {
    return other.flow == flow ? other.order < order : (other.rank < rank && other.conflicts(this));
  }

  /** The same with another connection's, and as long as nobody knows. */
  boolean waitsFor(HeldInput other) {
    return other.conflicts(this)
        && (other.rank < rank || (rank == UNRANKED && other.rank == UNRANKED));
  }

  int cost() {
    return frame.bytes().length + FeedBounds.OVERHEAD;
  }
}
