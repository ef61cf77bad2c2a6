package dev.hacolo.agent.compare;

import org.jspecify.annotations.Nullable;

/**
 * Why an {@link InputFeed} still keeps content.
 *
 * <p><b>Settled content</b> is what the secondary VM has acknowledged. It is not dropped yet: at
 * the primary VM it may still be in a queue outside of the guest, so that the next state lacks it,
 * and the primary VM could acknowledge it to the client later. So it is kept until a state is
 * loaded whose mark followed an {@link InputFeed#acknowledged acknowledgement of the primary VM}
 * that covers it. What is kept of it at a load is injected again. A reset by the secondary VM
 * settles as well.
 */
final class KeptContent {
  static final int RECLAIM_SECONDS = 10;
  private static final long RECLAIM = RECLAIM_SECONDS * 1_000_000_000L;

  private final FeedEpoch epoch;
  private final HeldInputs held;
  private final FeedFlows flows;
  private long skipped;
  private long reclaimed;

  KeptContent(FeedEpoch epoch, HeldInputs held, FeedFlows flows) {
    this.epoch = epoch;
    this.held = held;
    this.flows = flows;
  }

  /** The secondary VM needs no more of the content that it has acknowledged, or of all. */
  void settle(FeedFlow flow, boolean all) {
    HeldInput next = flow.content.lowest();
    while (next != null && (all || next.from - flow.secondary.ack < 0)) {
      HeldInput higher = next.higher;
      if (all || flow.secondary.covers(next.end)) {
        settle(flow, next);
      }
      next = higher;
    }
    flows.place(flow);
  }

  private void settle(FeedFlow flow, HeldInput input) {
    if (epoch.promoted() || flow.primary.stateHas(input.end, epoch.loaded())) {
      held.remove(input);
      return;
    }
    held.settle(input);
    if (input.counted && flows.manySettled()) {
      held.wantCheckpoint();
    }
  }

  /** The state that runs may lack what an earlier one had. */
  void unsettle() {
    for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
      unsettle(flow);
    }
    for (FeedFlow flow = flows.firstSettled(); flow != null; flow = flows.firstSettled()) {
      unsettle(flow);
      flows.place(flow);
    }
  }

  private void unsettle(FeedFlow flow) {
    // Downwards: then each one is the lowest of its connection, and has its place at once.
    HeldInput next = flow.content.settledLast();
    while (next != null) {
      held.unsettle(next);
      next = flow.content.settledLast();
    }
  }

  /** There will be no other state. */
  void dropSettled() {
    HeldInput next = held.first();
    while (next != null) {
      HeldInput later = next.later;
      if (next.settled) {
        remove(next);
      }
      next = later;
    }
  }

  /** Drops the content that came before a place in the order of arrival. */
  void drop(FeedFlow flow, long before) {
    drop(flow.content.highest(), before);
    drop(flow.content.settledLast(), before);
    flows.place(flow);
  }

  private void drop(@Nullable HeldInput from, long before) {
    HeldInput next = from;
    while (next != null) {
      HeldInput lower = next.lower;
      if (next.order < before) {
        held.remove(next);
      }
      next = lower;
    }
  }

  /** Drops what the state that runs has; more of that has become known. */
  void dropLoaded(FeedFlow flow) {
    dropLoaded(flow, flow.content.settledLast());
    dropLoaded(flow, flow.content.highest());
    flows.place(flow);
  }

  private void dropLoaded(FeedFlow flow, @Nullable HeldInput from) {
    HeldInput next = from;
    while (next != null) {
      HeldInput lower = next.lower;
      if (flow.primary.stateHas(next.end, epoch.loaded())) {
        held.remove(next);
      }
      next = lower;
    }
  }

  /** State k runs: drops what it has, and makes everything else wait for its injection. */
  void load(long k) {
    held.checkpointed();
    HeldInput next = held.first();
    while (next != null) {
      HeldInput later = next.later;
      next.injected = false;
      if (next.epoch < k) {
        load(next, k);
      }
      next = later;
    }
    unsettle();
  }

  /** An input in front of mark k. */
  private void load(HeldInput input, long k) {
    FeedFlow flow = input.flow;
    if (flow == null) {
      skipped++;
      held.remove(input);
    } else if (flow.primary.stateHas(input.end, k)) {
      remove(input);
    } else if (input.epoch < k - 1 && epoch.now - input.arrived >= RECLAIM) {
      reclaimed++;
      remove(input);
    } else {
      held.aged(input);
    }
  }

  /** Gives a connection up. */
  void reclaim(FeedFlow flow) {
    reclaimed++;
    drop(flow, Long.MAX_VALUE);
  }

  private void remove(HeldInput input) {
    held.remove(input);
    if (input.flow != null) {
      flows.place(input.flow);
    }
  }

  /** An input without content is not injected: the state that runs has it. */
  void skip() {
    skipped++;
  }

  long skipped() {
    return skipped;
  }

  long reclaimed() {
    return reclaimed;
  }
}
