package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the secondary VM with the inputs of the primary: ADR 4, sections Inputs and Epochs.
 *
 * <p>Inputs are injected in the order of the packet link. Content and FIN of TCP are injected again
 * until the secondary VM itself has acknowledged them: all of them when a new state is loaded, the
 * lowest ones when nothing was acknowledged for 200 ms. What is injected acknowledges no more than
 * the secondary VM has sent, because Linux discards a segment that does (RFC 9293 3.10.7.4); the
 * rest follows when it has sent that.
 *
 * <p><b>Settled content</b> is what the secondary VM has acknowledged. It is not dropped yet: at
 * the primary VM it may still be in a queue outside of the guest, so that the next state lacks it,
 * and the primary VM could acknowledge it to the client later. So it is kept until a state is
 * loaded whose mark followed an {@link #acknowledged acknowledgement of the primary VM} that covers
 * it. What is kept of it at a load is injected again. A reset by the secondary VM settles as well.
 *
 * <p><b>Mark and load.</b> Both orders happen. The mark k first: the secondary VM has already
 * stopped for checkpoint k (it stops before the primary does), so nothing is injected until state k
 * is loaded, even without {@link #secondaryStopped}. The load first: inputs that still come in
 * front of mark k are in state k; of them, only content is injected.
 *
 * <p><b>Delayed content</b> is injected as its client would repeat it now: with the newest
 * acknowledgement, window and timestamps that the client has sent, without SACK. Old ones could
 * have it discarded for good: by PAWS (RFC 7323 5.3), once a later segment was taken, or for an
 * acknowledgement older than the largest window (RFC 5961 5.2).
 *
 * <p><b>Broken and fragmented segments.</b> A segment with a wrong checksum is no input: the
 * primary VM discards it, and nothing in it may be believed. Of a segment that comes as IP
 * fragments the feed sees neither the position nor the numbers that would have to be translated, so
 * it cannot inject it again: its pieces are injected once and refused like what does not fit, see
 * below. Each burst of them costs a checkpoint.
 *
 * <p><b>Bounds.</b> An input that does not fit is refused: {@link #input} returns false and keeps
 * nothing of it. The caller must then acknowledge neither it nor any later input to the primary's
 * agent until a state is loaded that the primary VM has reached after it: no output that may depend
 * on it leaves before, so a refusal costs time, never consistency. As this stops all connections of
 * the pair, {@link #checkpointDue} says long before, at half of each bound, that a checkpoint would
 * free memory. Content that the guest never acknowledges (its firewall drops it, its numbers are
 * wrong) would stay for ever: it is reclaimed at a load if it is {@value #RECLAIM_SECONDS} s old
 * and arrived in front of the mark before the last; what the primary VM took of it is in the state.
 *
 * <p>After {@link #promoted} nobody but this guest acknowledges, so what comes then is not kept:
 * its sender keeps it.
 *
 * <p>Not thread-safe; the port must not call back. Times are nanoseconds of any one clock.
 */
public final class InputFeed {
  /** Where frames go. */
  public interface Port {
    /**
     * Gives a frame to the secondary VM.
     *
     * @param nic number of the guest's NIC
     * @param frame in the secondary VM's numbers; the port owns it
     */
    void inject(int nic, Frame frame);
  }

  /** Segments of one connection that are repeated at a time. */
  static final int ROUND = 10;

  static final int RECLAIM_SECONDS = 10;
  private static final int ROUNDS_PER_TICK = 200;
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final long UNUSED = 60 * SECOND;
  private static final long SILENT = 300 * SECOND;

  private final FeedFlows flows;
  private final HeldInputs held;
  private final FeedInjector injector;
  private final Packet scratch = new Packet();
  private final FlowKey probe = new FlowKey();

  private long marked;
  private long loaded;
  private boolean stopped;
  private boolean promoted;
  private long promotedAt;
  private long orders;
  private long now;
  private long refused;
  private long broken;
  private long skipped;
  private long reclaimed;

  /** A feed in epoch 0: the secondary VM runs, no checkpoint was made. */
  public InputFeed(FeedBounds bounds, Port port) {
    flows = new FeedFlows(bounds.flows());
    held = new HeldInputs(bounds);
    injector = new FeedInjector(port);
  }

  /**
   * An input of the primary VM, in the order of the packet link and in the primary guest's numbers;
   * after promotion one of this VM's tap.
   *
   * @param frame owned by the feed, also if it is refused
   * @param parsed of this frame
   * @return whether the feed has it; if not, the caller must not acknowledge it, see above
   */
  public boolean input(int nic, Frame frame, Packet parsed, long now) {
    this.now = now;
    if (parsed.kind() != Packet.Kind.TCP) {
      boolean had = once(nic, frame, parsed, null);
      return had && parsed.isPieceOfSegment() && !promoted ? refuse() : had;
    }
    if (Checksums.isBroken(frame, parsed)) {
      broken++;
      return true;
    }
    FeedFlow flow = flow(nic, parsed, false);
    if (flow == null) {
      boolean content = parsed.payloadLength() > 0;
      return (content && !promoted) ? refuse() : once(nic, frame, parsed, null);
    }
    if (parsed.has(Packet.RST)) {
      if (flow.maybeTakesReset(parsed)) {
        drop(flow, Long.MAX_VALUE);
        flow.reset = true;
      }
      return once(nic, frame, parsed, flow);
    }
    boolean content = parsed.payloadLength() > 0 || parsed.has(Packet.FIN);
    int end = parsed.sequence() + parsed.sequenceLength();
    if (content && !promoted && !flow.covers(end)) {
      return keep(nic, frame, parsed, flow, end);
    }
    flow.client(parsed, frame, orders);
    return once(nic, frame, parsed, flow);
  }

  private boolean keep(int nic, Frame frame, Packet parsed, FeedFlow flow, int end) {
    if (!held.fits(frame.bytes().length + FeedBounds.OVERHEAD, flow)) {
      return refuse();
    }
    flow.client(parsed, frame, orders);
    if (flow.lowest() == null) {
      flow.progressed(now);
    }
    int from = parsed.sequence();
    boolean now = !paused() && flow.lowestWaiting() == null && flow.fits(from, end);
    Frame kept = now ? frame.copy() : frame;
    HeldInput input = new HeldInput(nic, kept, flow, from, end, marked, orders++, this.now);
    held.add(input);
    flows.place(flow);
    if (now) {
      flow.injected(input);
      injector.segment(nic, frame, parsed, flow);
    }
    return true;
  }

  /** An input that is injected once; while the secondary VM is stopped it waits. */
  private boolean once(int nic, Frame frame, Packet parsed, @Nullable FeedFlow flow) {
    if (paused()) {
      if (!held.fits(frame.bytes().length + FeedBounds.OVERHEAD, null)) {
        return refuse();
      }
      held.add(new HeldInput(nic, frame, null, 0, 0, marked, orders++, now));
    } else if (marked < loaded) {
      skipped++;
    } else if (flow == null) {
      injector.other(nic, frame);
    } else {
      injector.segment(nic, frame, parsed, flow);
    }
    return true;
  }

  private boolean refuse() {
    refused++;
    held.wantCheckpoint();
    return false;
  }

  private boolean paused() {
    return stopped || marked > loaded;
  }

  /**
   * The primary agent's mark of a checkpoint, in the order of the packet link.
   *
   * @param k counted from 1 in each session
   */
  public void epochMark(long k) {
    if (!promoted && k > marked) {
      marked = k;
    }
  }

  /**
   * The primary VM has sent a connection's stream up to a position, SYN and FIN included; in the
   * order of the packet link.
   *
   * @param end position behind the last, as the primary VM counts
   */
  public void primarySent(FlowKey key, int end) {
    FeedFlow flow = flow(key);
    if (flow != null) {
      flow.primary(end, marked);
      if (marked < loaded) {
        flow.loadedStateSent(end);
        tell(flow, false, 0);
      }
    }
  }

  /**
   * The primary VM had received a connection's client stream when it stopped for the checkpoint
   * whose mark is the next; in the order of the packet link.
   *
   * @param acknowledgement the newest that the primary VM has sent
   */
  public void acknowledged(FlowKey key, int acknowledgement) {
    FeedFlow flow = flows.get(key);
    if (flow == null || promoted) {
      return;
    }
    flow.primaryReceived(acknowledgement, marked + 1);
    if (marked < loaded) {
      dropLoaded(flow, flow.settledLast());
      dropLoaded(flow, flow.highest());
      flows.place(flow);
    }
  }

  /** Drops what the state that runs has, from an input downwards in its list. */
  private void dropLoaded(FeedFlow flow, @Nullable HeldInput from) {
    HeldInput next = from;
    while (next != null) {
      HeldInput lower = next.lower;
      if (flow.stateHas(next.end, loaded)) {
        held.remove(next);
      }
      next = lower;
    }
  }

  /**
   * An output of the secondary VM. The frame is only read.
   *
   * @param parsed in the secondary VM's own numbers
   */
  public void output(int nic, Packet parsed, long now) {
    this.now = now;
    // While it is stopped: made before, by a state that will not come back or soon shows again.
    if (parsed.kind() != Packet.Kind.TCP || paused()) {
      return;
    }
    FeedFlow flow = flow(nic, parsed, true);
    if (flow == null) {
      return;
    }
    if (parsed.has(Packet.RST)) {
      flow.reset = true;
      settle(flow, true);
      return;
    }
    flow.reset = false;
    if (parsed.has(Packet.SYN)) {
      drop(flow, flow.secondarySyn(parsed));
    }
    if (flow.secondary(parsed)) {
      flow.progressed(now);
      settle(flow, false);
    }
    pump(flow);
    tell(flow, parsed.sequenceLength() > 0, parsed.sequence());
  }

  /** Tells the secondary VM what its client has acknowledged meanwhile, or again if it repeats. */
  private void tell(FeedFlow flow, boolean sends, int from) {
    if (paused() || !flow.sentKnown || !flow.clientAckKnown) {
      return;
    }
    int acknowledgement = flow.acknowledgeable();
    boolean more = !flow.toldKnown || acknowledgement - flow.told > 0;
    if (more || (sends && from - acknowledgement < 0)) {
      injector.acknowledge(flow, acknowledgement);
    }
  }

  /** Injects what waited for the window. */
  private void pump(FeedFlow flow) {
    if (paused()) {
      return;
    }
    HeldInput next = flow.lowestWaiting();
    while (next != null && flow.fits(next)) {
      flow.injected(next);
      injector.delayed(next, flow);
      next = flow.lowestWaiting();
    }
  }

  /** The secondary VM needs no more of the content that it has acknowledged, or of all. */
  private void settle(FeedFlow flow, boolean all) {
    HeldInput next = flow.lowest();
    while (next != null && (all || next.from - flow.ack < 0)) {
      HeldInput higher = next.higher;
      if (all || flow.covers(next.end)) {
        settle(flow, next);
      }
      next = higher;
    }
    flows.place(flow);
  }

  private void settle(FeedFlow flow, HeldInput input) {
    if (promoted || flow.stateHas(input.end, loaded)) {
      held.remove(input);
      return;
    }
    held.settle(input);
    if (input.counted && flows.manySettled()) {
      held.wantCheckpoint();
    }
  }

  /** The state that runs may lack what an earlier one had. */
  private void unsettle() {
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
    for (HeldInput next = flow.settledLast(); next != null; next = flow.settledLast()) {
      held.unsettle(next);
    }
  }

  /** Drops the content that came before a place in the order of arrival. */
  private void drop(FeedFlow flow, long before) {
    drop(flow.highest(), before);
    drop(flow.settledLast(), before);
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

  /**
   * Both VMs have opened a connection; before the first input that answers the primary's SYN-ACK.
   *
   * @param sequenceDelta the primary guest's ISN minus the secondary's
   * @param timestampDelta the primary guest's TSval minus the secondary's, 0 without timestamps
   */
  public void opened(FlowKey key, int sequenceDelta, int timestampDelta) {
    FeedFlow flow = flow(key);
    if (flow != null) {
      flow.sequenceDelta = sequenceDelta;
      flow.timestampDelta = timestampDelta;
      flow.toldKnown = false;
    }
  }

  /** The secondary VM has stopped: what is injected now would reach the next state. */
  public void secondaryStopped() {
    stopped = true;
  }

  /**
   * State k runs in the secondary VM.
   *
   * @param k number of the checkpoint
   */
  public void stateLoaded(long k, long now) {
    this.now = now;
    loaded = k;
    stopped = false;
    held.checkpointed();
    forgetLoaded(k);
    unsettle();
    flows.forgetUnused(now, UNUSED);
    for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
      flow.load(k);
      flow.progressed(now);
    }
    injectWaiting();
  }

  /** Drops what state k has, and makes everything else wait for its injection. */
  private void forgetLoaded(long k) {
    HeldInput next = held.first();
    while (next != null) {
      HeldInput later = next.later;
      next.injected = false;
      FeedFlow flow = next.flow;
      if (flow == null && next.epoch < k) {
        held.remove(next);
        skipped++;
      } else if (flow != null && next.epoch < k && flow.stateHas(next.end, k)) {
        held.remove(next);
        flows.place(flow);
      } else if (next.epoch < k - 1 && now - next.arrived >= RECLAIM_SECONDS * SECOND) {
        held.remove(next);
        place(next);
        reclaimed++;
      } else if (next.epoch < k) {
        held.aged(next);
      }
      next = later;
    }
  }

  private void place(HeldInput input) {
    if (input.flow != null) {
      flows.place(input.flow);
    }
  }

  /** All that waits, as it arrived. */
  private void injectWaiting() {
    HeldInput next = paused() ? null : held.first();
    while (next != null) {
      HeldInput later = next.later;
      FeedFlow flow = next.flow;
      if (flow == null) {
        held.remove(next);
        scratch.parse(next.frame);
        once(next.nic, next.frame, scratch, lookup(next.nic));
      } else if (!next.injected && flow.fits(next)) {
        flow.injected(next);
        injector.delayed(next, flow);
      }
      next = later;
    }
  }

  private @Nullable FeedFlow lookup(int nic) {
    return scratch.kind() == Packet.Kind.TCP ? flow(nic, scratch, false) : null;
  }

  /**
   * The secondary VM serves: it runs on, and inputs come from its tap. The deltas stay. A
   * checkpoint that was under way has failed; what waited for it is injected into the state that
   * runs. If it did not fail after all and the agent does not know, the state may lack settled
   * content: that is injected again. Otherwise settled content is of no more use: there will be no
   * other state.
   */
  public void promoted(long now) {
    this.now = now;
    if (paused()) {
      unsettle();
      for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
        flow.forgetAcknowledgement();
        flow.allWait();
      }
    }
    dropSettled();
    promoted = true;
    promotedAt = now;
    stopped = false;
    marked = loaded;
    for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
      flow.progressed(now);
    }
    injectWaiting();
  }

  private void dropSettled() {
    HeldInput next = held.first();
    while (next != null) {
      HeldInput later = next.later;
      if (next.settled) {
        held.remove(next);
        place(next);
      }
      next = later;
    }
  }

  /** Repeats what was not acknowledged in time; every 10 ms. */
  public void tick(long now) {
    this.now = now;
    if (paused()) {
      return;
    }
    int rounds = ROUNDS_PER_TICK;
    FeedFlow last = null;
    for (FeedFlow flow = flows.firstKeeping(); flow != null && rounds > 0; ) {
      FeedFlow next = flow.newer;
      if (flow == last) {
        break;
      }
      if (promoted && now - flow.lastAlive >= SILENT) {
        reclaimed++;
        drop(flow, Long.MAX_VALUE);
      } else if (now - flow.lastRound >= flow.nextRoundAfterMillis() * MILLI) {
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
    HeldInput next = flow.lowest();
    for (int left = ROUND; next != null && left > 0; left--) {
      if (left < ROUND && !(next.injected && flow.fits(next))) {
        break;
      }
      flow.injected(next);
      injector.delayed(next, flow);
      injector.countRepeated();
      next = next.higher;
    }
    flow.roundDone(now);
  }

  private @Nullable FeedFlow flow(int nic, Packet parsed, boolean fromGuest) {
    return flow(parsed.flow(probe, nic, fromGuest));
  }

  /** The connection, in the state that runs; null if there is no room for another. */
  private @Nullable FeedFlow flow(FlowKey key) {
    FeedFlow flow = flows.get(key);
    if (flow == null) {
      if (!flows.hasRoom()) {
        return null;
      }
      FeedFlow gone = flows.makeRoom();
      if (gone != null && gone.loaded == loaded && gone.translated()) {
        held.wantCheckpoint(); // its numbers are lost until then
      }
      flow = flows.add(key, loaded);
    } else if (flow.loaded != loaded) {
      flow.load(loaded);
    }
    flows.used(flow, now);
    return flow;
  }

  /** Whether a checkpoint would free memory or mend what the bounds have cost; until the next. */
  public boolean checkpointDue() {
    return !promoted && held.checkpointDue();
  }

  /**
   * Whether the secondary VM has all that it must be given. After promotion the feed may then be
   * taken away for good: acknowledgements of connections that are silent for 300 s do not count.
   */
  public boolean idle() {
    return held.waiting() == 0
        && (!promoted || now - promotedAt >= SILENT || !owesAcknowledgements());
  }

  private boolean owesAcknowledgements() {
    for (FeedFlow flow : flows.all()) {
      if (!flow.reset && flow.loaded == loaded && flow.owesAcknowledgement()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the client of a connection has acknowledged, in the secondary VM's numbers; {@code
   * otherwise} if that is not known.
   */
  public int clientAcknowledgement(FlowKey key, int otherwise) {
    FeedFlow flow = flows.get(key);
    return flow != null && flow.clientAckKnown ? flow.clientAck - flow.sequenceDelta : otherwise;
  }

  /** Live connections whose numbers differ: primary guest minus secondary guest. */
  public Collection<Translation> translations() {
    List<Translation> all = new ArrayList<>();
    for (FeedFlow flow : flows.all()) {
      if (!flow.reset && flow.loaded == loaded && flow.translated()) {
        all.add(new Translation(flow.key.copy(), flow.sequenceDelta, flow.timestampDelta));
      }
    }
    return all;
  }

  /** Takes the timestamps of {@link #echoes}. */
  public interface EchoVisitor {
    /**
     * A connection whose client uses timestamps.
     *
     * @param flow the feed's own key
     * @param timestamp newest TSval that the client has echoed, as the primary VM counts
     */
    void echoed(FlowKey flow, int timestamp);
  }

  /** Tells how far clients have seen the primary VM's timestamps. */
  public void echoes(EchoVisitor visitor) {
    for (FeedFlow flow : flows.all()) {
      if (flow.clientEcho != 0) {
        visitor.echoed(flow.key, flow.clientEcho);
      }
    }
  }

  /** Figures. */
  public FeedStatistics statistics() {
    return new FeedStatistics(
        flows.size(),
        held.frames(),
        held.bytes(),
        injector.injected(),
        injector.repeated(),
        injector.acknowledgements(),
        injector.clamped(),
        refused,
        broken,
        skipped,
        reclaimed,
        flows.evicted());
  }
}
