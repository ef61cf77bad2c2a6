package dev.hacolo.agent.compare;

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
 * delta} for sequence numbers and TSvals of the guest and for sequence numbers of the client.
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

  /**
   * So long after the last segment of connections that have ended nobody would miss them, in
   * nanoseconds: an end that has not heard the other's last acknowledgement has asked again by
   * then, and if it never hears it, no content is lost.
   */
  static final long LINGER_NANOS = 3_000_000_000L;

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

  private final int capacity;
  private final Removals removals;
  private final LinkedHashMap<FlowKey, TranslatedFlow> entries =
      new LinkedHashMap<>(16, 0.75f, true);
  private final ArrayDeque<TranslatedFlow> closing = new ArrayDeque<>();
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
    TranslatedFlow entry = entry(translation.flow());
    entry.sequenceDelta = translation.sequenceDelta();
    entry.timestampDelta = translation.timestampDelta();
    entry.clientDelta = translation.clientDelta();
    removeIfNone(entry);
  }

  /**
   * Adds an epoch's translation, primary guest minus secondary guest, on top of what was inherited
   * for the connection. For each connection once, at promotion: from then on the guest is the
   * secondary guest.
   */
  public void adopt(Translation translation) {
    TranslatedFlow entry = entry(translation.flow());
    entry.sequenceDelta += translation.sequenceDelta();
    entry.timestampDelta += translation.timestampDelta();
    entry.clientDelta += translation.clientDelta();
    removeIfNone(entry);
  }

  /** Forgets a connection, if it is here: the other agent's table has lost it. */
  public void remove(FlowKey flow) {
    TranslatedFlow entry = entries.get(flow);
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
    TranslatedFlow entry = entries.get(flow);
    if (entry != null) {
      entry.noteSent(timestamp);
    }
  }

  /** Changes an output of the guest, owned by the caller, to the client's numbers. */
  public void toClient(int nic, Frame frame, Packet packet) {
    TranslatedFlow entry = find(nic, packet, true);
    if (entry == null) {
      return;
    }
    entry.guestSegment(packet);
    queueIfEnding(entry);
    SegmentRewriter.addToSequence(frame, packet, entry.sequenceDelta);
    SegmentRewriter.addToAcknowledgement(frame, packet, entry.clientDelta);
    SegmentRewriter.addToTimestamp(frame, packet, entry.timestampDelta);
    if (packet.has(Packet.RST)) {
      remove(entry);
    }
  }

  /** Changes an input of the guest, owned by the caller, to the guest's numbers. */
  public void toGuest(int nic, Frame frame, Packet packet) {
    TranslatedFlow entry = find(nic, packet, false);
    if (entry != null) {
      SegmentRewriter.addToSequence(frame, packet, -entry.clientDelta);
      SegmentRewriter.addToAcknowledgement(frame, packet, -entry.sequenceDelta);
      SegmentRewriter.addToTimestampEcho(frame, packet, -entry.timestampDelta);
      entry.clientSegment(packet);
      queueIfEnding(entry);
    }
  }

  private @Nullable TranslatedFlow find(int nic, Packet packet, boolean fromGuest) {
    if (entries.isEmpty() || packet.kind() != Packet.Kind.TCP) {
      return null;
    }
    TranslatedFlow entry = entries.get(packet.flow(probe, nic, fromGuest));
    if (entry != null) {
      entry.lastSeen = now;
    }
    return entry;
  }

  private void queueIfEnding(TranslatedFlow entry) {
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
      TranslatedFlow entry = closing.remove();
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
      TranslatedFlow oldest = entries.values().iterator().next();
      if (now - oldest.lastSeen < IDLE_NANOS) {
        break;
      }
      remove(oldest);
    }
  }

  private TranslatedFlow entry(FlowKey flow) {
    TranslatedFlow entry = entries.get(flow);
    if (entry == null) {
      if (entries.size() >= capacity) {
        evicted++;
        remove(entries.values().iterator().next());
      }
      entry = new TranslatedFlow(flow.copy());
      entries.put(entry.flow, entry);
    }
    entry.lastSeen = now;
    return entry;
  }

  private void removeIfNone(TranslatedFlow entry) {
    if (entry.isNone()) {
      remove(entry);
    }
  }

  private void remove(TranslatedFlow entry) {
    entry.reopened(); // so that the queue of those that end forgets it
    if (entries.remove(entry.flow, entry)) {
      removals.removed(entry.flow);
    }
  }

  /** Whether no connection would be lost without this table. */
  public boolean isDispensable() {
    if (closing.size() < entries.size()) {
      return false;
    }
    for (TranslatedFlow entry : closing) {
      if (!entry.ending() || now - entry.lastSeen < LINGER_NANOS) {
        return false;
      }
    }
    return true;
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
    for (TranslatedFlow entry : entries.values()) {
      all.add(entry.translation());
    }
    return all;
  }
}
