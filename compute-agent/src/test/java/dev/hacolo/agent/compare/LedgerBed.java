package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A comparator that takes over, with the test as the primary's agent and as the secondary VM.
 * Positions are told from 0, behind the SYN; each VM has its own ISN.
 */
final class LedgerBed implements OutputComparator.Port, OpenLedger.Port {
  private static final int SYN_ACK = Packet.SYN | Packet.ACK;

  /** A connection that was ended, and the output that tells where. */
  record Reset(FlowKey flow, @Nullable Frame last) {}

  final List<Frame> released = new ArrayList<>();
  final List<Reset> resets = new ArrayList<>();
  final List<Verdict> verdicts = new ArrayList<>();
  private final ContentDigest digest = new ContentDigest(PairRig.KEY);
  private final OutputComparator comparator;
  private final Set<FlowKey> over = new HashSet<>();
  private final Packet packet = new Packet();
  private final Segments segments;
  private final int primaryBase;
  private int secondaryBase;
  private @Nullable OpenLedger ledger;
  private long records;

  LedgerBed(Segments segments, int primaryBase, ComparatorLimits limits) {
    this.segments = segments;
    this.primaryBase = primaryBase;
    secondaryBase = primaryBase;
    comparator = new OutputComparator(limits, digest, this);
    checkpoint();
  }

  LedgerBed(int primaryBase) {
    this(new Segments(), primaryBase, ComparatorLimits.DEFAULT);
  }

  OutputComparator comparator() {
    return comparator;
  }

  OpenLedger ledger() {
    return Objects.requireNonNull(ledger);
  }

  void checkpoint() {
    comparator.secondaryStopped();
    comparator.epochMark(comparator.epoch() + 1);
    comparator.stateLoaded();
  }

  /** Both VMs open the connection in this epoch; the secondary's ISN is another one. */
  LedgerBed opened(int base) {
    secondaryBase = base;
    Frame opening = segments.tcp(SYN_ACK, primaryBase - 1, 100, new byte[0]);
    OutputRecord.SynAck synAck = OutputRecord.SynAck.of(parsed(opening));
    comparator.record(
        new OutputRecord.Stream(
            records++,
            key(),
            primaryBase,
            0,
            SYN_ACK,
            ContentDigest.Value.EMPTY,
            synAck,
            false,
            -1));
    secondary(SYN_ACK, -1, new byte[0]);
    return this;
  }

  private FlowKey key() {
    return parsed(segments.tcp(Packet.ACK, 0, 100, new byte[0])).flow(new FlowKey(), 0, true);
  }

  private Packet parsed(Frame frame) {
    packet.parse(frame);
    return packet;
  }

  boolean entry(int from, String content) {
    return record(from, bytes(content), true);
  }

  boolean record(int from, byte[] content, boolean preReleased) {
    ContentDigest.Value value = digest.of(content, 0, content.length);
    return comparator.record(
        new OutputRecord.Stream(
            records++,
            key(),
            primaryBase + from,
            content.length,
            Packet.ACK,
            value,
            null,
            preReleased,
            -1));
  }

  /** The client has all below a position. */
  void acknowledge(int position) {
    Frame ack = segments.fromGuest(false).tcp(Packet.ACK, 100, primaryBase + position, new byte[0]);
    segments.fromGuest(true);
    comparator.input(0, parsed(ack));
  }

  void secondary(int from, String content) {
    secondary(Packet.ACK, from, bytes(content));
  }

  /** An output of the secondary VM, before or after it has taken over. */
  void secondary(int flags, int from, byte[] content) {
    raw(segments.tcp(flags, secondaryBase + from, 100, content));
  }

  void raw(Frame frame) {
    parsed(frame);
    OpenLedger checking = ledger;
    if (checking == null) {
      comparator.output(0, frame, packet);
    } else if (!over.contains(packet.flow(new FlowKey(), 0, true))) {
      checking.output(0, frame, packet);
    }
  }

  OpenLedger takeOver() {
    OpenLedger taken = comparator.takeOver(this, 0);
    ledger = taken;
    comparator.unacknowledged(
        (nic, frame) -> {
          parsed(frame);
          if (!over.contains(packet.flow(new FlowKey(), 0, true))) {
            taken.again(nic, frame.copy(), packet);
          }
        });
    return taken;
  }

  /** The content of what has left, in its order. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Frame frame : released) {
      Packet p = Segments.parsed(frame);
      text.append(
          new String(p.data(), p.payload(), p.payloadLength(), StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /** Position of a released frame's first byte. */
  int position(Frame frame) {
    return Segments.parsed(frame).sequence() - secondaryBase;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void release(int nic, Frame frame) {
    released.add(frame);
  }

  @Override
  public void reset(FlowKey flow, @Nullable Frame last, int end) {
    resets.add(new Reset(flow, last));
    over.add(flow);
  }

  @Override
  public void verdict(long record, Verdict verdict) {
    verdicts.add(verdict);
  }

  @Override
  public void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary) {
    // The comparator knows by itself.
  }

  @Override
  public void checkpointWanted(CheckpointCause cause) {
    // No checkpoint is taken unless the test says so.
  }
}
