package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import org.jspecify.annotations.Nullable;

/**
 * An input that an {@link InputFeed} holds: content until it is acknowledged, anything while the
 * secondary VM is stopped. In two lists: all inputs as they arrived, and the content of its
 * connection by position, or that which is settled.
 */
final class HeldInput {
  final int nic;
  final Frame frame; // in the primary guest's numbers; never given away, only copies
  final @Nullable FeedFlow flow; // null if it is not content
  final int from;
  final int end;
  final long epoch; // marks that had come before it
  final long order;
  final long arrived;
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
      long arrived) {
    this.nic = nic;
    this.frame = frame;
    this.flow = flow;
    this.from = from;
    this.end = end;
    this.epoch = epoch;
    this.order = order;
    this.arrived = arrived;
  }

  int cost() {
    return frame.bytes().length + FeedBounds.OVERHEAD;
  }
}
