package dev.hacolo.agent.compare;

import org.jspecify.annotations.Nullable;

/**
 * Leaves requests out of what an {@link InputFeed} gives the secondary VM, see {@link Omission}.
 */
final class FeedOmissions {
  private final FeedEpoch epoch;
  private final HeldInputs held;
  private final FeedFlows flows;
  private final FeedOrder order;
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
    boolean same = !epoch.paused() && !epoch.promoted() && !epoch.isMarkLate();
    if (flow == null || !same || flow.loaded != epoch.loaded() || !flow.isQuietAt(omission)) {
      return false;
    }
    HeldInput last = last(flow, omission.answers());
    if (last == null) {
      return false;
    }
    int asked = last.end - flow.secondary.ack;
    drop(flow, last);
    flow.omit(asked, omission);
    order.omitted(flow, omission.answers(), epoch.now);
    return true;
  }

  /**
   * The newest of the requests in front of which the secondary VM stands, if it is this one and all
   * of them can be left out.
   */
  private static @Nullable HeldInput last(FeedFlow flow, long number) {
    HeldInput last = null;
    int at = flow.secondary.ack;
    for (HeldInput next = flow.content.lowest();
        next != null && next.number <= number;
        next = next.higher) {
      boolean spared = next.parked && next.hint.kind() == InputHint.Kind.TRACELESS_READ;
      if (!spared || next.from != at) {
        return null;
      }
      at = next.end;
      last = next;
    }
    return last != null && last.number == number ? last : null;
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
