package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link InputFeed} makes of an input: something to keep, to inject once, to refuse.
 *
 * <p><b>Broken and fragmented segments.</b> A segment with a wrong checksum is no input: the
 * primary VM discards it, and nothing in it may be believed. Of a segment that comes as IP
 * fragments the feed sees neither the position nor the numbers that would have to be translated, so
 * it cannot inject it again: its pieces are injected once and refused like what does not fit. Each
 * burst of them costs a checkpoint.
 */
final class FeedIntake {
  private final FeedEpoch epoch;
  private final HeldInputs held;
  private final FeedFlows flows;
  private final KeptContent kept;
  private final FeedDelivery delivery;
  private final FeedOrder order;
  private long orders;
  private long refused;
  private long broken;

  FeedIntake(
      FeedEpoch epoch,
      HeldInputs held,
      FeedFlows flows,
      KeptContent kept,
      FeedDelivery delivery,
      FeedOrder order) {
    this.epoch = epoch;
    this.held = held;
    this.flows = flows;
    this.kept = kept;
    this.delivery = delivery;
    this.order = order;
  }

  /** Returns whether the feed has it, see {@link InputFeed#input}. */
  boolean input(int nic, Frame frame, Packet parsed, InputHint hint, long number) {
    if (parsed.kind() != Packet.Kind.TCP) {
      boolean had = once(nic, frame, parsed, null);
      return (had && parsed.isPieceOfSegment() && !epoch.promoted()) ? refuse() : had;
    }
    if (Checksums.isBroken(frame, parsed)) {
      broken++;
      return true;
    }
    FeedFlow flow = flows.of(nic, parsed, false, epoch);
    if (flow == null) {
      boolean content = parsed.payloadLength() > 0;
      return (content && !epoch.promoted()) ? refuse() : once(nic, frame, parsed, null);
    }
    return segment(nic, frame, parsed, flow, hint, number);
  }

  private boolean segment(
      int nic, Frame frame, Packet parsed, FeedFlow flow, InputHint hint, long number) {
    if (parsed.has(Packet.RST)) {
      if (flow.maybeTakesReset(parsed)) {
        kept.drop(flow, Long.MAX_VALUE);
        flow.secondary.reset = true;
      }
      return once(nic, frame, parsed, flow);
    }
    boolean content = parsed.payloadLength() > 0 || parsed.has(Packet.FIN);
    int end = parsed.sequence() + parsed.sequenceLength();
    if (content && !epoch.promoted() && !flow.secondary.covers(end)) {
      return keep(nic, frame, parsed, flow, hint, number);
    }
    flow.input(parsed, frame, orders);
    return once(nic, frame, parsed, flow);
  }

  private boolean keep(
      int nic, Frame frame, Packet parsed, FeedFlow flow, InputHint hint, long number) {
    if (!held.fits(frame.bytes().length + FeedBounds.OVERHEAD, flow)) {
      return refuse();
    }
    flow.input(parsed, frame, orders);
    if (flow.content.lowest() == null) {
      flow.progressed(epoch.now);
    }
    int from = parsed.sequence();
    int end = from + parsed.sequenceLength();
    boolean open = delivery.isOpen(flow, from, end);
    HeldInput before = flow.content.lowestWaiting();
    boolean behind = before != null && before.parked && !epoch.paused();
    Frame own = open ? frame.copy() : frame;
    HeldInput input =
        new HeldInput(
            nic,
            own,
            flow,
            from,
            end,
            epoch.marked(),
            orders++,
            epoch.now,
            flow.hint(hint, epoch.now),
            number);
    held.add(input);
    flows.place(flow);
    if (behind) {
      order.follows(input, epoch.now);
    } else if (open && order.passes(input, epoch.now)) {
      delivery.first(input, frame, parsed, flow);
    }
    return true;
  }

  /** An input that is injected once; while the secondary VM is stopped it waits. */
  private boolean once(int nic, Frame frame, Packet parsed, @Nullable FeedFlow flow) {
    if (!epoch.paused()) {
      delivery.once(nic, frame, parsed, flow);
      return true;
    }
    if (!held.fits(frame.bytes().length + FeedBounds.OVERHEAD, null)) {
      return refuse();
    }
    held.add(
        new HeldInput(
            nic, frame, null, 0, 0, epoch.marked(), orders++, epoch.now, InputHint.NONE, 0));
    return true;
  }

  private boolean refuse() {
    refused++;
    held.wantCheckpoint();
    return false;
  }

  long refused() {
    return refused;
  }

  long broken() {
    return broken;
  }
}
