package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.SegmentRewriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose clients know other numbers than the guest counts in: {@code client = guest +
 * delta} for sequence numbers and TSvals of the guest.
 *
 * <p>A connection leaves the table 120 s after both FINs were acknowledged or after an RST of the
 * client that the guest has not contradicted, at once after an RST of the guest, after 5 days
 * without a segment, or as the longest unused one when the table is full (that connection is then
 * lost; it is counted). Two connections in turn with the same addresses and ports may share an
 * entry: both directions are changed alike, so the second is served as well by any delta.
 *
 * <p>Not thread-safe. Time is that of the last {@link #tick}.
 */
public final class TranslationTable {
  /** Most connections by default. */
  public static final int DEFAULT_CAPACITY = 65_536;

  /** From the end of both directions to the end of the entry (RFC 9293: 2 MSL), nanoseconds. */
  static final long CLOSING_NANOS = 120_000_000_000L;

  /** Longest silence of a connection (Linux nf_conntrack's), nanoseconds. */
  static final long IDLE_NANOS = 5 * 86_400_000_000_000L;

  private static final int CLOSING_PER_TICK = 256;

  /** Is told each connection that has left the table. */
  public interface Removals {
    /**
     * A connection has left.
     *
     * @param flow the entry's own key
     */
    void removed(FlowKey flow);
  }

  private static final class Entry {
    final FlowKey flow;
    int sequenceDelta;
    int timestampDelta;
    long lastSeen;
    boolean guestFin;
    int guestFinEnd; // guest's numbers
    boolean guestFinCovered;
    boolean clientFin;
    int clientFinEnd;
    boolean clientFinCovered;
    boolean clientReset;
    boolean queued; // in closing
    boolean timestampSent;
    int lastTimestamp; // client's numbers

    Entry(FlowKey flow) {
      this.flow = flow;
    }

    boolean ending() {
      return clientReset || (guestFinCovered && clientFinCovered);
    }

    void reopened() {
      guestFin = false;
      guestFinCovered = false;
      clientFin = false;
      clientFinCovered = false;
      clientReset = false;
    }
  }

  private final int capacity;
  private final Removals removals;
  private final LinkedHashMap<FlowKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final ArrayDeque<Entry> closing = new ArrayDeque<>();
  private final FlowKey probe = new FlowKey();
  private long now;
  private long evicted;

  /** An empty table of {@link #DEFAULT_CAPACITY}. */
  public TranslationTable(Removals removals, long now) {
    this(DEFAULT_CAPACITY, removals, now);
  }

  /**
   * An empty table.
   *
   * @param capacity most connections, at least 1
   */
  public TranslationTable(int capacity, Removals removals, long now) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity %d".formatted(capacity));
    }
    this.capacity = capacity;
    this.removals = removals;
    this.now = now;
  }

  /** Takes over an entry of the table of the other agent as it is: client minus primary guest. */
  public void inherit(Translation translation) {
    Entry entry = entry(translation.flow());
    entry.sequenceDelta = translation.sequenceDelta();
    entry.timestampDelta = translation.timestampDelta();
    removeIfNone(entry);
  }

  /**
   * Adds an epoch's translation, primary guest minus secondary guest, on top of what was inherited
   * for the connection. For each connection once, at promotion: from then on the guest is the
   * secondary guest.
   */
  public void adopt(Translation translation) {
    Entry entry = entry(translation.flow());
    entry.sequenceDelta += translation.sequenceDelta();
    entry.timestampDelta += translation.timestampDelta();
    removeIfNone(entry);
  }

  /** Forgets a connection, if it is here: the other agent's table has lost it. */
  public void remove(FlowKey flow) {
    Entry entry = entries.get(flow);
    if (entry != null) {
      remove(entry);
    }
  }

  /**
   * The client has been sent this TSval: the next one that the guest sends is not made less, as the
   * client would discard such a segment (RFC 7323 5.3). Nothing if the connection is not here.
   *
   * @param timestamp in the client's numbers
   */
  public void noteSent(FlowKey flow, int timestamp) {
    Entry entry = entries.get(flow);
    if (entry != null && (!entry.timestampSent || timestamp - entry.lastTimestamp > 0)) {
      entry.timestampSent = true;
      entry.lastTimestamp = timestamp;
    }
  }

  /** Changes an output of the guest, owned by the caller, to the client's numbers. */
  public void toClient(int nic, Frame frame, Packet packet) {
    Entry entry = find(nic, packet, true);
    if (entry == null) {
      return;
    }
    guestSegment(entry, packet);
    if (entry.timestampSent && packet.timestamps() >= 0) {
      raiseTimestamps(entry, Bytes.i32(packet.data(), packet.timestamps()));
    }
    SegmentRewriter.addToSequence(frame, packet, entry.sequenceDelta);
    SegmentRewriter.addToTimestamp(frame, packet, entry.timestampDelta);
    if (packet.has(Packet.RST)) {
      remove(entry);
    }
  }

  /** Changes an input of the guest, owned by the caller, to the guest's numbers. */
  public void toGuest(int nic, Frame frame, Packet packet) {
    Entry entry = find(nic, packet, false);
    if (entry != null) {
      SegmentRewriter.addToAcknowledgement(frame, packet, -entry.sequenceDelta);
      SegmentRewriter.addToTimestampEcho(frame, packet, -entry.timestampDelta);
      clientSegment(entry, packet);
    }
  }

  private @Nullable Entry find(int nic, Packet packet, boolean fromGuest) {
    if (entries.isEmpty() || packet.kind() != Packet.Kind.TCP) {
      return null;
    }
    Entry entry = entries.get(packet.flow(probe, nic, fromGuest));
    if (entry != null) {
      entry.lastSeen = now;
    }
    return entry;
  }

  private static void raiseTimestamps(Entry entry, int timestamp) {
    int behind = entry.lastTimestamp - (timestamp + entry.timestampDelta);
    if (behind > 0) {
      entry.timestampDelta += behind;
    }
    entry.timestampSent = false;
  }

  private void guestSegment(Entry entry, Packet packet) {
    if (packet.has(Packet.SYN)) {
      entry.reopened();
      return;
    }
    // A guest that still talks has not taken the RST (RFC 5961: it answers with an ACK).
    entry.clientReset = false;
    if (packet.has(Packet.FIN)) {
      entry.guestFin = true;
      entry.guestFinEnd = packet.sequence() + packet.sequenceLength();
    }
    if (entry.clientFin
        && packet.has(Packet.ACK)
        && packet.acknowledgement() - entry.clientFinEnd >= 0) {
      entry.clientFinCovered = true;
    }
    queueIfEnding(entry);
  }

  /** With the packet in the guest's numbers. */
  private void clientSegment(Entry entry, Packet packet) {
    if (packet.has(Packet.RST)) {
      entry.clientReset = true;
    } else if (packet.has(Packet.SYN)) {
      entry.reopened();
      return;
    }
    if (packet.has(Packet.FIN)) {
      entry.clientFin = true;
      entry.clientFinEnd = packet.sequence() + packet.sequenceLength();
    }
    if (entry.guestFin
        && packet.has(Packet.ACK)
        && packet.acknowledgement() - entry.guestFinEnd >= 0) {
      entry.guestFinCovered = true;
    }
    queueIfEnding(entry);
  }

  private void queueIfEnding(Entry entry) {
    if (entry.ending() && !entry.queued) {
      entry.queued = true;
      closing.add(entry);
    }
  }

  /**
   * Lets time pass; removes what has ended.
   *
   * @param now nanoseconds
   */
  public void tick(long now) {
    this.now = now;
    expireEnded();
    expireIdle();
  }

  /** Looks at a few of those that end: a connection on which somebody still talks waits again. */
  private void expireEnded() {
    for (int left = Math.min(CLOSING_PER_TICK, closing.size()); left > 0; left--) {
      Entry entry = closing.remove();
      entry.queued = false;
      if (entry.ending() && now - entry.lastSeen < CLOSING_NANOS) {
        queueIfEnding(entry);
      } else if (entry.ending()) {
        remove(entry);
      }
    }
  }

  private void expireIdle() {
    while (!entries.isEmpty()) {
      Entry oldest = entries.values().iterator().next();
      if (now - oldest.lastSeen < IDLE_NANOS) {
        break;
      }
      remove(oldest);
    }
  }

  private Entry entry(FlowKey flow) {
    Entry entry = entries.get(flow);
    if (entry == null) {
      if (entries.size() >= capacity) {
        evicted++;
        remove(entries.values().iterator().next());
      }
      entry = new Entry(flow.copy());
      entries.put(entry.flow, entry);
    }
    entry.lastSeen = now;
    return entry;
  }

  private void removeIfNone(Entry entry) {
    if (entry.sequenceDelta == 0 && entry.timestampDelta == 0) {
      remove(entry);
    }
  }

  private void remove(Entry entry) {
    entry.reopened(); // so that the queue of those that end forgets it
    if (entries.remove(entry.flow, entry)) {
      removals.removed(entry.flow);
    }
  }

  /** Whether nothing is translated. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Number of connections. */
  public int size() {
    return entries.size();
  }

  /** Connections that were lost because the table was full. */
  public long evicted() {
    return evicted;
  }

  /** All entries now, client minus guest, the longest unused first. */
  public List<Translation> entries() {
    List<Translation> all = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      all.add(new Translation(entry.flow, entry.sequenceDelta, entry.timestampDelta));
    }
    return all;
  }
}
