package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Leaves requests out of what an {@link InputFeed} gives the secondary VM, see {@link Omission}.
 */
final class FeedOmissions {
  private final FeedEpoch epoch;
  private final HeldInputs held;
  private final FeedFlows flows;
  private final FeedOrder order;
  private final Packet parsed = new Packet();
  private long omitted;

  FeedOmissions(FeedEpoch epoch, HeldInputs held, FeedFlows flows, FeedOrder order) {
    this.epoch = epoch;
    this.held = held;
    this.flows = flows;
    this.order = order;
  }

  /**
   * Leaves the requests of these answers out, if that is possible: the secondary VM has all before
   * them and nothing of them, and is as far as the answers.
   *
   * @return whether they are left out
   */
  boolean omit(Omission omission) {
    FeedFlow flow = flows.get(omission.flow());
    boolean same = !epoch.paused() && !epoch.isMarkLate();
    if (flow == null || !same || flow.loaded != epoch.loaded() || !flow.isQuietAt(omission)) {
      return false;
    }
    HeldInput last = last(flow, omission);
    if (last == null || !isOutdating(flow, last)) {
      return false;
    }
    int asked = last.end - flow.secondary.ack;
    drop(flow, last);
    flow.omit(asked, omission);
    order.omitted(flow, omission.last(), epoch.now);
    return true;
  }

  /**
   * The newest of the requests in front of which the secondary VM stands, if it is this one and all
   * of them can be left out.
   */
  private @Nullable HeldInput last(FeedFlow flow, Omission omission) {
    HeldInput last = flow.content.lowest();
    // The secondary VM may have acknowledged a request and owe its answer still.
    if (last == null || last.number != omission.first()) {
      return null;
    }
    int at = flow.secondary.ack;
    for (HeldInput next = last;
        next != null && next.number <= omission.last();
        next = next.higher) {
      // What came in front of the mark of the state that runs may be in that.
      boolean spared =
          next.parked
              && next.hint.kind() == InputHint.Kind.TRACELESS_READ
              && next.epoch >= epoch.loaded();
      if (!spared || next.from != at) {
        return null;
      }
      at = next.end;
      last = next;
    }
    return last.number == omission.last() ? last : null;
  }

  private boolean isOutdating(FeedFlow flow, HeldInput last) {
    parsed.parse(last.frame);
    int at = parsed.timestamps();
    return at >= 0 && flow.outdates(Bytes.i32(parsed.data(), at));
  }

  /** The primary VM has answered them, so each state that is still to come has them. */
  private void drop(FeedFlow flow, HeldInput last) {
    for (HeldInput next = flow.content.lowest(); next != null; next = flow.content.lowest()) {
      held.remove(next);
      omitted++;
      if (next == last) {
        break;
      }
    }
    flows.place(flow);
  }

  /** Requests that were left out. */
  long omitted() {
    return omitted;
  }
}
