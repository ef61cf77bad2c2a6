package dev.hacolo.agent.compare;

import dev.hacolo.agent.compare.HeldFrame.Wait;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.Packet.Kind;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Decides at A when an output of the primary VM leaves (docs/adr/0004-packet-proxy.md).
 *
 * <p>A frame leaves when B has every input that the guest had before it, and B has found its
 * content equal or has loaded a state that was made after it; a frame with content leaves after
 * those before it in its connection.
 *
 * <p>Not thread-safe. The port is called from within the methods and must not call back. Time is in
 * nanoseconds with any origin.
 */
public final class ReleaseGate {
  /** Where decisions go. */
  public interface Port {
    /** A record for B; ids count from 0. */
    void record(OutputRecord output);

    /** A frame that leaves. */
    void release(int nic, Frame frame);

    /**
     * The guest has acknowledged a client's stream up to a position, and each state from the
     * checkpoint on that is being sealed has it. For B, in front of the checkpoint's mark.
     *
     * @param flow the gate's own key
     */
    void acknowledged(FlowKey flow, int acknowledgement);

    /** A checkpoint is due; called for each cause at most once between two seals. */
    void checkpointDue(CheckpointCause cause);
  }

  private final GatePolicy policy;
  private final RecordMaker maker;
  private final Port port;
  private final GateCounters counters;
  private final Packet packet = new Packet();
  private final FlowKey key = new FlowKey();
  private final MovedFlows moved = new MovedFlows();
  private final FlowTable<GateFlow> flows;
  private final HeldFrames held = new HeldFrames();
  private final GateEpoch epoch = new GateEpoch();
  private final Origins origins;

  /** Those that wait for B to have their record, in the order of records. */
  private final ArrayDeque<HeldFrame> ledger = new ArrayDeque<>();

  private long inputs;
  private long stableInputs;
  private long nextRecord;
  private boolean alone;

  /**
   * A gate at the beginning of a session: epoch 0, in which everything waits.
   *
   * @param origins what it knows is used if the policy allows pre-release
   */
  public ReleaseGate(GatePolicy policy, ContentDigest digest, Origins origins, Port port) {
    this.policy = policy;
    this.origins = origins;
    this.port = port;
    maker = new RecordMaker(digest);
    counters = new GateCounters(port);
    flows = new FlowTable<>(policy.maxFlows(), this::forget);
  }

  private void forget(GateFlow flow) {
    moved.remove(flow);
    flow.follow(null);
  }

  /**
   * A copy of a frame that the guest gets; counts it.
   *
   * @return what it asks of the guest
   */
  public InputHint input(int nic, Frame frame, long now) {
    inputs++;
    packet.parse(frame);
    boolean segment = packet.kind() == Kind.TCP;
    if (segment && Checksums.isBroken(frame, packet)) {
      return InputHint.NONE; // the guest will not take it
    }
    origins.input(nic, packet);
    GateFlow flow = segment ? flows.find(packet.flow(key, nic, false), now) : null;
    if (flow == null) {
      return InputHint.NONE;
    }
    Origins.Connection origin = flow.origin();
    InputHint hint = origin == null ? InputHint.NONE : origin.client(packet, inputs);
    flow.input(packet);
    flows.close(flow, flow.closed());
    return hint;
  }

  /** Number of inputs so far, which is what the next output needs. */
  public long inputs() {
    return inputs;
  }

  /** A frame of the guest. All inputs that it had before must have been told. */
  public void output(int nic, Frame frame, long now) {
    Kind kind = packet.parse(frame);
    if (alone) {
      counters.unchecked++;
      port.release(nic, frame);
    } else if (kind == Kind.TCP) {
      segment(nic, frame, now);
    } else {
      HeldFrame h = new HeldFrame(nic, frame, inputs, now, null, 0);
      if (kind != Kind.ARP && kind != Kind.NEIGHBOUR_DISCOVERY) {
        h.wait = Wait.VERDICT;
      }
      hold(h);
    }
  }

  private void segment(int nic, Frame frame, long now) {
    GateFlow flow = flow(nic, now);
    if (flow == null) {
      counters.droppedFlows++;
      counters.raise(CheckpointCause.HELD_BOUND);
      return;
    }
    if (flow.output(packet, epoch.certainSeals())) {
      flow.follow(origin(flow));
    }
    if (flow.acknowledges(packet)) {
      moved.add(flow);
    }
    boolean reset = packet.has(Packet.RST);
    if (packet.sequenceLength() == 0 && !reset) {
      flow.sent(packet.sequence(), false);
      hold(new HeldFrame(nic, frame, inputs, now, null, 0));
      flows.close(flow, flow.closed());
      return;
    }
    // A RST may carry any number: it answers a segment that was not expected.
    int end = reset ? flow.top() : packet.sequence() + packet.sequenceLength();
    HeldFrame h = new HeldFrame(nic, frame, inputs, now, flow, end);
    h.wait = decision(flow, end, reset);
    judge(h, flow);
    flow.sent(end, !reset && packet.has(Packet.FIN));
    hold(h);
    flows.close(flow, flow.closed());
  }

  /** Only of a connection that a client opens is it known what is said from the first byte on. */
  private Origins.@Nullable Connection origin(GateFlow flow) {
    return packet.has(Packet.ACK) && !flow.isAmbiguous()
        ? origins.open(flow.key, packet.acknowledgement(), packet.sequence() + 1)
        : null;
  }

  /** Whether content may leave before its verdict. */
  private void judge(HeldFrame h, GateFlow flow) {
    Origins.Connection origin = flow.origin();
    if (origin == null || packet.payloadLength() == 0) {
      return;
    }
    h.origin = origin.guest(packet);
    boolean plain = !packet.has(Packet.SYN) && !packet.has(Packet.FIN) && !packet.has(Packet.RST);
    boolean early = policy.preReleases() && plain && epoch.common();
    if (early && h.wait == Wait.VERDICT && h.origin.synchronised()) {
      h.wait = Wait.LEDGER;
    }
  }

  private @Nullable GateFlow flow(int nic, long now) {
    GateFlow flow = flows.find(packet.flow(key, nic, true), now);
    if (flow != null) {
      return flow;
    }
    GateFlow made = new GateFlow(key.copy(), epoch.certainSeals());
    return flows.add(made, now) ? made : null;
  }

  private Wait decision(GateFlow flow, int end, boolean reset) {
    if (!reset && flow.covers(end)) {
      // If the load fails, the first copy of this content has not left either.
      return epoch.loading() ? Wait.LOAD : Wait.NOTHING;
    }
    boolean opens = packet.has(Packet.SYN) && !packet.has(Packet.ACK) && !reset;
    return opens ? Wait.CHECKPOINT : Wait.VERDICT;
  }

  /** Decides what a parsed frame waits for, and lets it go if that is nothing. */
  private void hold(HeldFrame h) {
    boolean free = h.inputs <= stableInputs && first(h);
    if (policy.release() == GatePolicy.Release.ALL) {
      tell(h);
      leave(h);
    } else if (epoch.begun() && h.wait == Wait.NOTHING && free) {
      leave(h);
    } else if (!full(h)) {
      tell(h);
      if (!epoch.begun()) {
        h.wait = Wait.CHECKPOINT;
      }
      held.add(h);
      if (h.flow != null) {
        h.flow.append(h);
      }
      bounds();
    }
  }

  private static boolean first(HeldFrame h) {
    return h.flow == null || h.flow.head() == null;
  }

  private boolean full(HeldFrame h) {
    boolean frames = held.frames() >= policy.hardFrames() || held.unansweredFull();
    boolean bytes = held.bytes() + h.frame.bytes().length > policy.hardBytes();
    if (frames) {
      counters.droppedFrames++;
    } else if (bytes) {
      counters.droppedBytes++;
    }
    return frames || bytes;
  }

  private void bounds() {
    if (held.frames() > policy.softFrames() || held.bytes() > policy.softBytes()) {
      counters.raise(CheckpointCause.HELD_BOUND);
    }
  }

  /** Sends the record, if there is to be one. */
  private void tell(HeldFrame h) {
    if (h.wait == Wait.CHECKPOINT) {
      counters.raise(CheckpointCause.GUEST_OPENS_CONNECTION);
    } else if ((h.wait == Wait.VERDICT || h.wait == Wait.LEDGER) && epoch.begun()) {
      h.record = nextRecord++;
      counters.records++;
      port.record(
          h.flow == null
              ? maker.datagram(h.record, h, packet)
              : maker.stream(h.record, h.flow, packet, h.wait == Wait.LEDGER));
      if (h.wait == Wait.LEDGER) {
        h.entry = h.record;
        ledger.add(h);
      }
    }
  }

  /** B has the first {@code count} inputs; counts do not go back. */
  public void inputsStable(long count) {
    if (count > inputs) {
      throw new IllegalArgumentException("B has %d inputs of %d".formatted(count, inputs));
    }
    if (count <= stableInputs) {
      return;
    }
    stableInputs = count;
    for (HeldFrame h = held.stable(count); h != null; h = held.stable(count)) {
      tryLeave(h);
    }
  }

  /**
   * B has the first {@code count} records; of those of the ledger it will judge what the secondary
   * VM sends, whoever serves. Counts do not go back.
   */
  public void recordsStable(long count) {
    if (count > nextRecord) {
      throw new IllegalArgumentException("B has %d records of %d".formatted(count, nextRecord));
    }
    for (HeldFrame h = ledger.peek(); h != null && h.entry < count; h = ledger.peek()) {
      ledger.remove();
      if (h.wait == Wait.LEDGER) {
        h.wait = Wait.OVER_PRERELEASED;
        tryLeave(h);
      }
    }
  }

  /**
   * B's answer to a record; answers to frames that have left are only counted, unless they tell of
   * a difference in what was pre-released.
   *
   * @throws IllegalArgumentException if there is no such record
   */
  public void verdict(long record, Verdict verdict) {
    if (record < 0 || record >= nextRecord) {
      throw new IllegalArgumentException("a verdict on record %d".formatted(record));
    }
    HeldFrame h = held.answered(record);
    if (verdict == Verdict.EQUAL) {
      counters.equal++;
      if (h != null) {
        equal(h);
      }
    } else {
      counters.different++;
      different(h, record);
    }
  }

  private void equal(HeldFrame h) {
    if (h.wait == Wait.VERDICT || (h.wait == Wait.LEDGER && !epoch.stopping())) {
      h.wait = epoch.stopping() ? Wait.SEAL : Wait.OVER_EQUAL;
      tryLeave(h);
    }
  }

  /** In this epoch nothing is pre-released any more: the VMs have parted. */
  private void different(@Nullable HeldFrame h, long record) {
    if (h != null && (h.wait == Wait.VERDICT || h.wait == Wait.LEDGER)) {
      h.wait = Wait.CHECKPOINT;
    }
    if (h == null ? epoch.isPast(record) : epoch.covers(h)) {
      return;
    }
    epoch.diverged();
    for (HeldFrame entry = ledger.poll(); entry != null; entry = ledger.poll()) {
      if (entry.wait == Wait.LEDGER) {
        entry.wait = Wait.VERDICT;
      }
    }
    counters.raise(CheckpointCause.DIVERGENCE);
  }

  /**
   * The primary VM has been stopped for a checkpoint, so the adapter begins to drain its packet
   * sockets. Until the seal is certain, what is read may have been made after the VM resumed; B may
   * not know of the checkpoint yet and compare it with the output of a state that is gone. So
   * verdicts count only after the seal.
   */
  public void stopped() {
    epoch.stopped();
  }

  /** The stop was none for a checkpoint, and the primary VM runs on in the same epoch. */
  public void continued() {
    epoch.continued();
    settle(true);
  }

  /**
   * The primary VM stands for a checkpoint and its packet sockets are drained. The caller writes
   * the mark of the checkpoint behind the records and acknowledgements that it has got when this
   * returns, and in front of the next ones.
   *
   * @param checkpoint its number, one more than the last one's
   * @param certain whether it is known that all that was drained was made before the VM stopped
   */
  public void sealed(long checkpoint, boolean certain) {
    epoch.sealed(checkpoint, certain, held.lastNumber(), nextRecord);
    counters.newEpoch();
    origins.epoch();
    settle(certain);
    if (certain) {
      moved.tell(port);
    } else if (held.frames() > 0) {
      counters.raise(CheckpointCause.UNCERTAIN_SEAL);
    }
  }

  /** Verdicts that came while the VM stopped, and records that go in front of an uncertain mark. */
  private void settle(boolean certain) {
    held.walk();
    for (HeldFrame h = held.step(); h != null; h = held.step()) {
      if (certain && h.wait == Wait.SEAL) {
        h.wait = Wait.OVER_EQUAL;
        tryLeave(h);
      } else if (!certain && h.waitsForB()) {
        h.wait = Wait.CHECKPOINT;
      }
    }
  }

  /** B has loaded the state of a checkpoint, and the primary VM has resumed after it. */
  public void checkpointed(long checkpoint) {
    long covered = epoch.loaded(checkpoint);
    boolean loaded = !epoch.loading();
    held.walk();
    for (HeldFrame h = held.step(); h != null; h = held.step()) {
      if (h.number <= covered && h.undecided()) {
        h.wait = Wait.OVER_CHECKPOINTED;
        tryLeave(h);
      } else if (h.wait == Wait.LOAD && loaded) {
        h.wait = Wait.NOTHING;
        tryLeave(h);
      }
    }
  }

  /** Lets a frame and those of its connection that wait behind it go, as far as they may. */
  private void tryLeave(HeldFrame h) {
    GateFlow flow = h.flow;
    if (flow == null) {
      if (ready(h)) {
        held.remove(h);
        leave(h);
      }
      return;
    }
    for (HeldFrame head = flow.head(); head != null && ready(head); head = flow.head()) {
      flow.pop();
      held.remove(head);
      leave(head);
    }
  }

  private boolean ready(HeldFrame h) {
    return !h.undecided() && h.inputs <= stableInputs;
  }

  private void leave(HeldFrame h) {
    if (h.flow != null) {
      h.flow.left(h.end);
    }
    counters.released(h.wait, policy.release() == GatePolicy.Release.ALL);
    if (h.wait == Wait.OVER_EQUAL || h.wait == Wait.OVER_CHECKPOINTED) {
      h.origin.confirmed();
    }
    port.release(h.nic, h.frame);
  }

  /** The pair has ended and this guest is the only one: all leaves, now and from now on. */
  public void releaseAll() {
    alone = true;
    held.walk();
    for (HeldFrame h = held.step(); h != null; h = held.step()) {
      held.remove(h);
      if (h.flow != null) {
        h.flow.pop();
      }
      counters.unchecked++;
      port.release(h.nic, h.frame);
    }
    epoch.end();
  }

  /** Looks at ages; to be called about every 10 ms. */
  public void tick(long now) {
    flows.expire(now, policy.closedNanos());
    held.walk();
    for (HeldFrame h = held.step(); h != null; h = held.step()) {
      if (now - h.since < policy.maxHoldNanos()) {
        return;
      }
      // A checkpoint cannot help a frame that waits for inputs only, and is under way for a sealed.
      if (h.undecided() && h.wait != Wait.LEDGER && !epoch.covers(h)) {
        counters.raise(CheckpointCause.HOLD_TIME);
        return;
      }
    }
  }

  /** What the gate holds and has done. */
  public GateStatistics statistics(long now) {
    HeldFrame oldest = held.oldest();
    return counters.snapshot(
        held, oldest == null ? 0 : now - oldest.since, flows.size(), flows.evicted(), inputs);
  }
}
