package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.Packet.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares at B what the secondary VM sends with the records of what the primary has sent
 * (docs/adr/0004-packet-proxy.md). It says nothing while it does not know; a bound that is reached
 * costs a checkpoint, never a wrong verdict.
 *
 * <p>Not thread-safe. The port is called from within the methods and must not call back.
 */
public final class OutputComparator {
  /** Where decisions go. */
  public interface Port {
    /** The answer to a record; at most one for each. */
    void verdict(long record, Verdict verdict);

    /**
     * A connection was opened in this epoch and both handshakes are known; called in front of the
     * verdict on the primary's SYN-ACK.
     *
     * @param flow owned by the callee
     */
    void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary);

    /** A checkpoint is wanted; called at most once for each epoch and cause. */
    void checkpointWanted(CheckpointCause cause);
  }

  /** Takes the frames of {@link #unacknowledged}. */
  public interface FrameVisitor {
    /** A frame in the secondary VM's own numbers. */
    void frame(int nic, Frame frame);
  }

  private final ComparatorLimits limits;
  private final Port port;
  private final ContentDigest.Sum sum;
  private final FrameDigest frameDigest;
  private final FlowTable<SecondaryFlow> flows;
  private final DatagramPool datagrams = new DatagramPool();
  private final NextEpoch ahead;
  private final FlowKey key = new FlowKey();
  private final Packet reparsed = new Packet();
  private long linkEpoch;
  private long epoch;
  private boolean stopped;
  private boolean wanted;
  private long bytes;
  private int streamRecords;
  private long equal;
  private long different;
  private long outdated;
  private long droppedOutputs;
  private long droppedRecords;

  /** A comparator at the beginning of a session: no state is loaded. */
  public OutputComparator(ComparatorLimits limits, ContentDigest digest, Port port) {
    this.limits = limits;
    this.port = port;
    sum = digest.sum();
    frameDigest = new FrameDigest(digest);
    ahead = new NextEpoch(limits.hardRecords(), limits.hardBytes());
    flows = new FlowTable<>(limits.maxFlows(), flow -> bytes -= flow.size());
  }

  /** An input of the primary guest, in the order of the link and in its numbers. */
  public void input(int nic, Packet parsed) {
    if (parsed.kind() != Kind.TCP || !parsed.has(Packet.ACK)) {
      return;
    }
    SecondaryFlow flow = flows.find(parsed.flow(key, nic, false), 0);
    if (flow != null) {
      bytes -= flow.acknowledge(parsed.acknowledgement());
    }
  }

  /**
   * An output of the secondary VM, in its own numbers. The frame is kept, so it must not be
   * changed.
   */
  public void output(int nic, Frame frame, Packet parsed) {
    if (stopped) {
      droppedOutputs += ahead.add(nic, frame) ? 0 : 1;
    } else if (epoch > 0) {
      take(nic, frame, parsed);
    }
  }

  private void take(int nic, Frame frame, Packet parsed) {
    Kind kind = parsed.kind();
    if (kind == Kind.TCP) {
      segment(nic, frame, parsed);
    } else if (kind != Kind.ARP && kind != Kind.NEIGHBOUR_DISCOVERY) {
      datagram(nic, frame, parsed);
    }
  }

  private void segment(int nic, Frame frame, Packet parsed) {
    if (parsed.sequenceLength() == 0 && !parsed.has(Packet.RST)) {
      return;
    }
    SecondaryFlow flow = flow(parsed.flow(key, nic, true));
    if (flow == null || bytes + parsed.payloadLength() > limits.hardBytes()) {
      if (flow != null) {
        flow.confuse();
      }
      droppedOutputs++;
      want();
      return;
    }
    bytes += flow.output(frame, parsed);
    if (bytes > limits.softBytes()) {
      want();
    }
    decide(flow);
  }

  private @Nullable SecondaryFlow flow(FlowKey wantedKey) {
    SecondaryFlow flow = flows.find(wantedKey, 0);
    if (flow != null) {
      return flow;
    }
    SecondaryFlow made = new SecondaryFlow(wantedKey.copy());
    return flows.add(made, 0) ? made : null;
  }

  private void datagram(int nic, Frame frame, Packet parsed) {
    boolean room = datagrams.datagrams() < limits.hardDatagrams();
    OutputRecord.Datagram answered = datagrams.output(frameDigest.of(nic, frame, parsed), room);
    if (answered != null) {
      answer(answered.id(), Verdict.EQUAL);
      return;
    }
    if (!room) {
      droppedOutputs++;
    }
    if (datagrams.datagrams() > limits.softDatagrams()) {
      want();
    }
  }

  /**
   * A record of A, in the order of the link.
   *
   * @return whether what it is about will be judged, or is part of the state that the secondary VM
   *     has; if not, an entry of the ledger must not be acknowledged before a later state is loaded
   */
  public boolean record(OutputRecord output) {
    long before = droppedRecords;
    if (linkEpoch < epoch) {
      outdated++;
    } else if (linkEpoch > epoch || stopped) {
      droppedRecords += ahead.add(linkEpoch, output) ? 0 : 1;
    } else {
      compare(output);
    }
    return droppedRecords == before;
  }

  private void compare(OutputRecord output) {
    boolean room = waiting() < limits.hardRecords();
    if (output instanceof OutputRecord.Datagram datagram) {
      if (datagrams.matched(datagram, room)) {
        answer(datagram.id(), Verdict.EQUAL);
      } else if (!room) {
        droppedRecords++;
      }
    } else if (output instanceof OutputRecord.Stream stream) {
      SecondaryFlow flow = room ? flow(stream.flow()) : null;
      if (flow == null) {
        droppedRecords++;
      } else {
        flow.waiting.add(stream);
        streamRecords++;
        decide(flow);
      }
    }
    if (waiting() > limits.softRecords()) {
      want();
    }
  }

  private int waiting() {
    return streamRecords + datagrams.records();
  }

  /** Answers the connection's records as far as they can be answered, in their order. */
  private void decide(SecondaryFlow flow) {
    for (OutputRecord.Stream head = flow.waiting.head(); head != null; head = flow.waiting.head()) {
      SecondaryFlow.Answer answer = flow.decide(head, sum);
      announce(flow);
      if (answer == SecondaryFlow.Answer.NONE) {
        break;
      }
      flow.waiting.removeHead();
      streamRecords--;
      boolean same = answer == SecondaryFlow.Answer.EQUAL;
      answer(head.id(), same ? Verdict.EQUAL : Verdict.DIFFERENT);
    }
    bytes -= flow.trim();
  }

  private void announce(SecondaryFlow flow) {
    OutputRecord.SynAck primary = flow.newlyOpened();
    OutputRecord.SynAck secondary = flow.secondaryOpening();
    if (primary != null && secondary != null) {
      port.opened(flow.key.copy(), primary, secondary);
    }
  }

  private void answer(long record, Verdict verdict) {
    if (verdict == Verdict.EQUAL) {
      equal++;
    } else {
      different++;
    }
    port.verdict(record, verdict);
  }

  private void want() {
    if (!wanted) {
      wanted = true;
      port.checkpointWanted(CheckpointCause.SECONDARY_BOUND);
    }
  }

  /**
   * The mark of a checkpoint, in the order of the link.
   *
   * @param checkpoint its number; marks come without a gap
   */
  public void epochMark(long checkpoint) {
    if (checkpoint != linkEpoch + 1) {
      throw new IllegalArgumentException(
          "mark %d follows mark %d".formatted(checkpoint, linkEpoch));
    }
    linkEpoch = checkpoint;
  }

  /**
   * The secondary VM stands for a checkpoint and its packet sockets are drained: what comes now is
   * output of the next state. What is kept stays until that is loaded, as the checkpoint may fail.
   */
  public void secondaryStopped() {
    stopped = true;
  }

  /** The state of the next checkpoint is loaded and the secondary VM runs: its epoch begins. */
  public void stateLoaded() {
    epoch++;
    stopped = false;
    wanted = false;
    flows.clear();
    datagrams.clear();
    bytes = 0;
    streamRecords = 0;
    resume();
  }

  /** The stop was none for a checkpoint, and the secondary VM runs on in the same epoch. */
  public void secondaryContinued() {
    stopped = false;
    resume();
  }

  private void resume() {
    for (NextEpoch.Output o = ahead.output(); o != null; o = ahead.output()) {
      reparsed.parse(o.frame());
      if (epoch > 0) {
        take(o.nic(), o.frame(), reparsed);
      }
    }
    for (NextEpoch.Waiting w = ahead.record(epoch); w != null; w = ahead.record(epoch)) {
      if (w.epoch() == epoch) {
        compare(w.output());
      } else {
        outdated++;
      }
    }
  }

  /** Number of the checkpoint whose state the secondary VM has; 0 before the first. */
  public long epoch() {
    return epoch;
  }

  /**
   * Tells the frames of TCP content that the client has not acknowledged, to be sent again when the
   * secondary VM serves; in the order of each connection.
   */
  public void unacknowledged(FrameVisitor visitor) {
    for (SecondaryFlow flow : flows.all()) {
      int nic = flow.key.nic();
      flow.stream().unacknowledged(frame -> visitor.frame(nic, frame));
      SecondaryStream next = flow.next();
      if (next != null) {
        next.unacknowledged(frame -> visitor.frame(nic, frame));
      }
    }
  }

  /**
   * The secondary VM serves, on the state of this epoch. What it has sent so far is to be told by
   * {@link #unacknowledged} afterwards.
   *
   * @return what clients may have of the primary that this VM has not sent; takes over the frames
   */
  public OpenLedger takeOver(OpenLedger.Port decisions, long now) {
    if (stopped) {
      secondaryContinued();
    }
    List<SecondaryFlow> open = new ArrayList<>();
    for (SecondaryFlow flow : flows.all()) {
      streamRecords -= flow.waiting.keepPreReleased();
      if (!flow.waiting.isEmpty()) {
        open.add(flow);
      }
    }
    return new OpenLedger(open, sum, decisions, now);
  }

  /** What the comparator keeps and has done. */
  public ComparatorStatistics statistics() {
    return new ComparatorStatistics(
        flows.size(),
        bytes,
        datagrams.datagrams(),
        waiting() + ahead.records(),
        equal,
        different,
        outdated,
        droppedOutputs,
        droppedRecords,
        flows.evicted());
  }
}
