package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/** When an {@link InputFeed} injects what: at once, when there is room for it, again, or never. */
final class FeedDelivery {
  /** Segments of one connection that are repeated at a time. */
  static final int ROUND = 10;

  /** After promotion: of a connection that says nothing. */
  static final long SILENT = 300_000_000_000L;

  private static final int ROUNDS_PER_TICK = 200;

  private final FeedEpoch epoch;
  private final HeldInputs held;
  private final FeedFlows flows;
  private final KeptContent kept;
  private final FeedInjector injector;
  private final Packet scratch = new Packet();

  FeedDelivery(
      FeedEpoch epoch, HeldInputs held, FeedFlows flows, KeptContent kept, FeedInjector injector) {
    this.epoch = epoch;
    this.held = held;
    this.flows = flows;
    this.kept = kept;
    this.injector = injector;
  }

  /** Whether content can be injected as it arrives. */
  boolean isOpen(FeedFlow flow, int from, int end) {
    return !epoch.paused()
        && flow.content.lowestWaiting() == null
        && flow.secondary.fits(from, end);
  }

  /** Content that is kept as well, so the frame is another's. */
  void first(HeldInput input, Frame frame, Packet parsed, FeedFlow flow) {
    flow.content.injected(input);
    injector.segment(input.nic, frame, parsed, flow);
  }

  /** An input that is injected once. */
  void once(int nic, Frame frame, Packet parsed, @Nullable FeedFlow flow) {
    if (epoch.isMarkLate()) {
      kept.skip();
    } else if (flow == null) {
      injector.other(nic, frame);
    } else {
      injector.segment(nic, frame, parsed, flow);
    }
  }

  /** Tells the secondary VM what its client has acknowledged meanwhile, or again if it repeats. */
  void tell(FeedFlow flow, boolean sends, int from) {
    if (epoch.paused() || !flow.secondary.sentKnown || !flow.client.ackKnown) {
      return;
    }
    int acknowledgement = flow.acknowledgeable();
    boolean more = !flow.secondary.toldKnown || acknowledgement - flow.secondary.told > 0;
    if (more || (sends && from - acknowledgement < 0)) {
      injector.acknowledge(flow, acknowledgement);
    }
  }

  /** Injects what waited for the window. */
  void pump(FeedFlow flow) {
    if (epoch.paused()) {
      return;
    }
    HeldInput next = flow.content.lowestWaiting();
    while (next != null && !next.parked && flow.fits(next)) {
      delayed(next, flow);
      next = flow.content.lowestWaiting();
    }
  }

  private void delayed(HeldInput input, FeedFlow flow) {
    flow.content.injected(input);
    injector.delayed(input, flow);
  }

  /** All that waits, as it arrived; the secondary VM runs. */
  void all() {
    HeldInput next = epoch.paused() ? null : held.first();
    while (next != null) {
      HeldInput later = next.later;
      FeedFlow flow = next.flow;
      if (flow == null) {
        held.remove(next);
        scratch.parse(next.frame);
        boolean segment = scratch.kind() == Packet.Kind.TCP;
        FeedFlow own = segment ? flows.of(next.nic, scratch, false, epoch) : null;
        once(next.nic, next.frame, scratch, own);
      } else if (!next.injected && flow.fits(next)) {
        delayed(next, flow);
      }
      next = later;
    }
  }

  /** Repeats what was not acknowledged in time. */
  void repeatDue() {
    int rounds = ROUNDS_PER_TICK;
    FeedFlow last = null;
    for (FeedFlow flow = flows.firstKeeping(); flow != null && rounds > 0; ) {
      FeedFlow next = flow.newer;
      if (flow == last) {
        break;
      }
      if (epoch.promoted() && epoch.now - flow.lastAlive >= SILENT) {
        kept.reclaim(flow);
      } else if (flow.isDue(epoch.now)) {
        rounds--;
        repeat(flow);
        flows.toBack(flow);
        last = last == null ? flow : last;
      }
      flow = next;
    }
  }

  /** The lowest one always: beyond the window it is a probe, and its answer tells the window. */
  private void repeat(FeedFlow flow) {
    HeldInput next = flow.content.lowest();
    for (int left = ROUND; next != null && left > 0; left--) {
      if (next.parked || (left < ROUND && !(next.injected && flow.fits(next)))) {
        break; // FeedOrder sees to it that what is parked goes in time
      }
      delayed(next, flow);
      injector.countRepeated();
      next = next.higher;
    }
    flow.roundDone(epoch.now);
  }
}
