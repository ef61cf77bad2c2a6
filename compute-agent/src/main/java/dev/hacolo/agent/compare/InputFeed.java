package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.Collection;

/**
 * Feeds the secondary VM with the inputs of the primary: ADR 4, sections Inputs and Epochs.
 *
 * <p>Inputs are injected in the order of the packet link. Content and FIN of TCP are injected again
 * until the secondary VM itself has acknowledged them: all of them when a new state is loaded, the
 * lowest ones when nothing was acknowledged for 200 ms. What is injected acknowledges no more than
 * the secondary VM has sent, because Linux discards a segment that does (RFC 9293 3.10.7.4); the
 * rest follows when it has sent that.
 *
 * <p><b>Bounds.</b> An input that does not fit is refused: {@link #input} returns false and keeps
 * nothing of it. The caller must then acknowledge neither it nor any later input to the primary's
 * agent until a state is loaded that the primary VM has reached after it: no output that may depend
 * on it leaves before, so a refusal costs time, never consistency. As this stops all connections of
 * the pair, {@link #checkpointDue} says long before, at half of each bound, that a checkpoint would
 * free memory. Content that the guest never acknowledges (its firewall drops it, its numbers are
 * wrong) would stay for ever: it is reclaimed at a load if it is 10 s old and arrived in front of
 * the mark before the last; what the primary VM took of it is in the state.
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

  private static final long UNUSED = 60_000_000_000L;

  private final FeedEpoch epoch = new FeedEpoch();
  private final HeldInputs held;
  private final FeedFlows flows;
  private final KeptContent kept;
  private final FeedInjector injector;
  private final FeedDelivery delivery;
  private final FeedIntake intake;
  private final FeedOrder order;
  private final FeedOmissions omissions;

  /** A feed in epoch 0: the secondary VM runs, no checkpoint was made. */
  public InputFeed(FeedBounds bounds, Port port) {
    held = new HeldInputs(bounds);
    flows = new FeedFlows(bounds.flows(), held::wantCheckpoint);
    kept = new KeptContent(epoch, held, flows);
    injector = new FeedInjector(epoch, port);
    delivery = new FeedDelivery(epoch, held, flows, kept, injector);
    order = new FeedOrder(delivery::pump);
    intake = new FeedIntake(epoch, held, flows, kept, delivery, order);
    omissions = new FeedOmissions(epoch, held, flows, order);
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
    return input(nic, frame, parsed, InputHint.NONE, 0, now);
  }

  /**
   * An input of which the primary's agent has understood something.
   *
   * @param hint what it asks
   * @param number its number on the packet link, see {@link OutputRecord.Stream#answers}
   * @return see {@link #input(int, Frame, Packet, long)}
   */
  public boolean input(int nic, Frame frame, Packet parsed, InputHint hint, long number, long now) {
    epoch.now = now;
    return intake.input(nic, frame, parsed, hint, number);
  }

  /**
   * The primary VM has answered the inputs of a connection up to a number; in the order in which it
   * did.
   *
   * @param clientWaits whether its client has to wait for the comparison
   */
  public void primaryAnswered(FlowKey key, long number, boolean clientWaits, long now) {
    epoch.now = now;
    FeedFlow flow = flows.get(key);
    if (flow != null && !epoch.paused()) {
      order.primaryAnswered(flow, number, clientWaits, now);
    }
  }

  /** Both VMs have answered the inputs of a connection up to a number. */
  public void bothAnswered(FlowKey key, long number, long now) {
    epoch.now = now;
    FeedFlow flow = flows.get(key);
    if (flow != null && !epoch.paused()) {
      order.bothAnswered(flow, number, now);
    }
  }

  /**
   * The requests of these answers may be left out. In front of the input that acknowledges them.
   *
   * @return whether they are; if not, the secondary VM is given them in time
   */
  public boolean omit(Omission omission, long now) {
    epoch.now = now;
    return omissions.omit(omission);
  }

  /** How long the secondary VM has not been given what it could have been, in nanoseconds. */
  public long behind(long now) {
    return order.behind(now);
  }

  /**
   * The primary agent's mark of a checkpoint, in the order of the packet link.
   *
   * @param k counted from 1 in each session
   */
  public void epochMark(long k) {
    epoch.mark(k);
  }

  /**
   * The primary VM has sent a connection's stream up to a position, SYN and FIN included; in the
   * order of the packet link.
   *
   * @param end position behind the last, as the primary VM counts
   */
  public void primarySent(FlowKey key, int end) {
    FeedFlow flow = flows.of(key, epoch);
    if (flow != null) {
      flow.primary.sent(end, epoch.marked());
      if (epoch.isMarkLate()) {
        flow.secondary.hasSent(end);
        delivery.tell(flow, false, 0);
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
    if (flow == null || epoch.promoted()) {
      return;
    }
    flow.primary.received(acknowledgement, epoch.marked() + 1);
    if (epoch.isMarkLate()) {
      kept.dropLoaded(flow);
    }
  }

  /**
   * An output of the secondary VM. The frame is only read.
   *
   * @param parsed in the secondary VM's own numbers
   */
  public void output(int nic, Packet parsed, long now) {
    epoch.now = now;
    // While it is stopped: made before, by a state that will not come back or soon shows again.
    if (parsed.kind() != Packet.Kind.TCP || epoch.paused()) {
      return;
    }
    FeedFlow flow = flows.of(nic, parsed, true, epoch);
    if (flow != null) {
      output(flow, parsed);
    }
  }

  private void output(FeedFlow flow, Packet parsed) {
    if (parsed.has(Packet.RST)) {
      flow.secondary.reset = true;
      kept.settle(flow, true);
      return;
    }
    flow.secondary.reset = false;
    if (parsed.has(Packet.SYN)) {
      kept.drop(flow, flow.secondarySyn(parsed, epoch.promoted()));
    }
    if (flow.secondary.output(parsed, flow.clientDelta)) {
      flow.progressed(epoch.now);
      kept.settle(flow, false);
    }
    delivery.pump(flow);
    delivery.tell(flow, parsed.sequenceLength() > 0, parsed.sequence());
  }

  /**
   * Both VMs have opened a connection; before the first input that answers the primary's SYN-ACK.
   *
   * @param sequenceDelta the primary guest's ISN minus the secondary's
   * @param timestampDelta the primary guest's TSval minus the secondary's, 0 without timestamps
   */
  public void opened(FlowKey key, int sequenceDelta, int timestampDelta) {
    FeedFlow flow = flows.of(key, epoch);
    if (flow != null) {
      flow.sequenceDelta = sequenceDelta;
      flow.timestampDelta = timestampDelta;
      flow.secondary.toldKnown = false;
    }
  }

  /** The secondary VM has stopped: what is injected now would reach the next state. */
  public void secondaryStopped() {
    epoch.stop();
  }

  /**
   * State k runs in the secondary VM.
   *
   * @param k number of the checkpoint
   */
  public void stateLoaded(long k, long now) {
    epoch.now = now;
    epoch.load(k);
    order.clear();
    kept.load(k);
    flows.forgetUnused(now, UNUSED);
    for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
      flow.load(k);
      flow.progressed(now);
    }
    delivery.all();
  }

  /**
   * The secondary VM serves: it runs on, and inputs come from its tap. The deltas stay. A
   * checkpoint that was under way has failed; what waited for it is injected into the state that
   * runs. If it did not fail after all and the agent does not know, the state may lack settled
   * content: that is injected again. Otherwise settled content is of no more use: there will be no
   * other state.
   */
  public void promoted(long now) {
    epoch.now = now;
    if (epoch.paused()) {
      kept.unsettle();
      for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
        flow.secondary.forgetAcknowledgement();
        flow.content.allWait();
      }
    }
    kept.dropSettled();
    order.clear();
    epoch.promote();
    for (FeedFlow flow = flows.firstKeeping(); flow != null; flow = flow.newer) {
      flow.progressed(now);
    }
    delivery.all();
  }

  /** Repeats what was not acknowledged in time; every 10 ms. */
  public void tick(long now) {
    epoch.now = now;
    if (!epoch.paused()) {
      order.tick(now);
      delivery.repeatDue();
    }
  }

  /** Whether a checkpoint would free memory or mend what the bounds have cost; until the next. */
  public boolean checkpointDue() {
    return !epoch.promoted() && held.checkpointDue();
  }

  /**
   * Whether the secondary VM has all that it must be given. After promotion the feed may then be
   * taken away for good: acknowledgements of connections that are silent for 300 s do not count.
   */
  public boolean idle() {
    return held.waiting() == 0
        && (!epoch.promoted()
            || epoch.now - epoch.promotedAt() >= FeedDelivery.SILENT
            || !flows.oweAcknowledgements(epoch.loaded()));
  }

  /**
   * What the client of a connection has acknowledged, in the secondary VM's numbers; {@code
   * otherwise} if that is not known.
   */
  public int clientAcknowledgement(FlowKey key, int otherwise) {
    FeedFlow flow = flows.get(key);
    return flow != null && flow.client.ackKnown ? flow.client.ack - flow.sequenceDelta : otherwise;
  }

  /** Live connections whose numbers differ: primary guest minus secondary guest. */
  public Collection<Translation> translations() {
    return flows.translations(epoch.loaded());
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
    flows.echoes(visitor);
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
        intake.refused(),
        intake.broken(),
        kept.skipped(),
        kept.reclaimed(),
        omissions.omitted(),
        flows.evicted());
  }
}
