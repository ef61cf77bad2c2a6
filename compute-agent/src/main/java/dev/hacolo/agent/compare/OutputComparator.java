package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.Packet.Kind;
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
  private final FrameDigest frameDigest;
  private final StreamPool streams;
  private final DatagramPool datagrams = new DatagramPool();
  private final NextEpoch ahead;
  private final Packet reparsed = new Packet();
  private long linkEpoch;
  private long epoch;
  private boolean stopped;
  private boolean wanted;
  private long equal;
  private long different;
  private long outdated;
  private long droppedOutputs;
  private long droppedRecords;

  /** Outputs that were lost before this epoch, and before the stop that may begin the next. */
  private long lostBefore;

  private long lostAtStop;

  /** A comparator at the beginning of a session: no state is loaded. */
  public OutputComparator(ComparatorLimits limits, ContentDigest digest, Port port) {
    this.limits = limits;
    this.port = port;
    streams = new StreamPool(limits, digest, new FromStreams());
    frameDigest = new FrameDigest(digest);
    ahead = new NextEpoch(limits.hardRecords(), limits.hardBytes());
  }

  /** An input of the primary guest, in the order of the link and in its numbers. */
  public void input(int nic, Packet parsed) {
    if (parsed.kind() == Kind.TCP && parsed.has(Packet.ACK)) {
      streams.acknowledge(nic, parsed);
    }
  }

  /**
   * Which answers need not be made by the secondary VM any more, once this input, in the primary
   * guest's numbers, has arrived.
   *
   * @return null if there are none
   */
  public @Nullable Omission omittable(int nic, Packet parsed) {
    boolean acknowledges =
        parsed.kind() == Kind.TCP
            && parsed.has(Packet.ACK)
            && !parsed.has(Packet.SYN)
            && !parsed.has(Packet.RST);
    boolean runs = !stopped && linkEpoch == epoch;
    return acknowledges && runs ? streams.omittable(nic, parsed) : null;
  }

  /** The secondary VM will not make these answers: they count as equal. */
  public void omit(Omission omission) {
    streams.omit(omission);
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
      droppedOutputs += streams.output(nic, frame, parsed) ? 0 : 1;
    } else if (kind != Kind.ARP && kind != Kind.NEIGHBOUR_DISCOVERY) {
      datagram(nic, frame, parsed);
    }
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
   * <p>In front of the mark of the state that the secondary VM gets, or has already, a record is of
   * the epoch before, or so A believes: it may be behind that state all the same, if A learns of
   * the checkpoint late. Its epoch's ledger is not kept any more, so an entry is refused, as
   * different.
   *
   * @return whether what it is about will be judged, or has been; if not, an entry of the ledger
   *     must not be acknowledged before a later state is loaded
   */
  public boolean record(OutputRecord output) {
    long before = droppedRecords;
    boolean inFront = linkEpoch < epoch || (stopped && linkEpoch == epoch);
    if (inFront && output.preReleased()) {
      outdated++;
      port.verdict(output.id(), Verdict.DIFFERENT);
    } else if (linkEpoch < epoch) {
      outdated++;
    } else if (linkEpoch > epoch || stopped) {
      // An aborted checkpoint brings it to those that wait: what is acknowledged must find room.
      boolean room = waiting() + ahead.records() < limits.hardRecords();
      droppedRecords += room && ahead.add(linkEpoch, output) ? 0 : 1;
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
      droppedRecords += room && streams.record(stream) ? 0 : 1;
    }
    if (waiting() > limits.softRecords()) {
      want();
    }
  }

  private int waiting() {
    return streams.records() + datagrams.records();
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
    if (!stopped) {
      stopped = true;
      lostAtStop = lost();
    }
  }

  /** The state of the next checkpoint is loaded and the secondary VM runs: its epoch begins. */
  public void stateLoaded() {
    epoch++;
    stopped = false;
    wanted = false;
    lostBefore = lostAtStop;
    streams.clear();
    datagrams.clear();
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
    streams.unacknowledged(visitor);
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
    return streams.takeOver(lost() == lostBefore, decisions, now);
  }

  private long lost() {
    return droppedOutputs + streams.evicted();
  }

  /** What the comparator keeps and has done. */
  public ComparatorStatistics statistics() {
    return new ComparatorStatistics(
        streams.flows(),
        streams.bytes(),
        datagrams.datagrams(),
        waiting() + ahead.records(),
        equal,
        different,
        outdated,
        droppedOutputs,
        droppedRecords,
        streams.evicted());
  }

  private final class FromStreams implements StreamPool.Port {
    @Override
    public void verdict(long record, Verdict verdict) {
      answer(record, verdict);
    }

    @Override
    public void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary) {
      port.opened(flow, primary, secondary);
    }

    @Override
    public void wanted() {
      want();
    }
  }
}
