package dev.hacolo.agent.provenance;

import dev.hacolo.agent.packet.FlowKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients have sent in this epoch and the one before, to tell whether an output may come from
 * there. All {@linkplain Anchors anchors} of all streams are kept, those across the borders of
 * segments too. If a piece of an output occurs in a stream, so do the anchors within it: an anchor
 * that does not occur proves that no piece around it does.
 *
 * <p>Nothing is overlooked: after a gap, a repetition that is not the same or not of this epoch, a
 * connection whose beginning was not seen, or more anchors than the bound, everything may occur
 * until the second next checkpoint. The previous epoch counts as a whole, because requests that are
 * outstanding at a checkpoint came in it, and nobody has to tell which. For one that is outstanding
 * over two checkpoints the caller calls {@link #incomplete} at the second.
 *
 * <p>It sees content as it is sent: not what the guest decodes or unpacks. Belongs to one packet
 * loop; no locks.
 */
public final class InputContents {
  /** Longest piece of an output that may occur in inputs unnoticed, plus 1, in bytes. */
  public static final int PIECE = 256;

  private final int maxFlows;
  private final Anchors anchors;
  private final byte[] seam = new byte[2 * Anchors.WINDOW];
  private final Map<FlowKey, InputFlow> flows;
  private long epoch;
  private AnchorSet current;
  private AnchorSet previous;

  /**
   * With nothing received. As nobody knows what came before, everything may occur until the second
   * checkpoint.
   *
   * @param maxAnchors anchors of one epoch, at least 16: for 16 bytes of input each, 32 bytes of
   *     memory at most
   * @param maxFlows connections whose ends are remembered, at least 1; about 250 bytes each
   * @param key any secret number
   */
  public InputContents(int maxAnchors, int maxFlows, long key) {
    if (maxAnchors < 16 || maxFlows < 1) {
      throw new IllegalArgumentException(maxAnchors + " anchors, " + maxFlows + " flows");
    }
    this.maxFlows = maxFlows;
    anchors = new Anchors(key);
    current = new AnchorSet(maxAnchors);
    previous = new AnchorSet(maxAnchors);
    current.incomplete();
    flows = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** A checkpoint: the epoch's inputs become those of the previous epoch. */
  public void beginEpoch() {
    epoch++;
    AnchorSet oldest = previous;
    oldest.clear();
    previous = current;
    current = oldest;
  }

  /** Something was missed, or a request has been outstanding for more than an epoch. */
  public void incomplete() {
    current.incomplete();
  }

  /**
   * A client opens a connection.
   *
   * @param flow may be changed afterwards
   * @param first sequence number of its first byte, one more than that of its SYN
   */
  public void opened(FlowKey flow, int first) {
    InputFlow known = flows.get(flow);
    if (known == null) {
      put(flow, new InputFlow(first));
    } else if (known.next != first) {
      known.jump(first);
    }
  }

  /** A connection is over. */
  public void closed(FlowKey flow) {
    flows.remove(flow);
  }

  private void put(FlowKey flow, InputFlow state) {
    if (flows.size() >= maxFlows) {
      flows.remove(flows.keySet().iterator().next());
    }
    flows.put(flow.copy(), state);
  }

  /**
   * Content of a TCP segment of a client, in the order of arrival.
   *
   * @param flow may be changed afterwards
   * @param sequence number of its first byte
   * @param length bytes of content, 0 or more
   */
  public void segment(FlowKey flow, int sequence, byte[] data, int offset, int length) {
    if (length == 0) {
      return;
    }
    InputFlow state = flows.get(flow);
    long hash = anchors.sum(data, offset, length);
    if (state != null && state.next != sequence && state.repeats(sequence, length, hash, epoch)) {
      return;
    }
    if (state == null || state.next != sequence) {
      state = elsewhere(flow, state, sequence, length);
    }
    if (state != null) {
      int bytes = state.seam(seam, data, offset, length);
      addAnchors(seam, 0, bytes);
      state.append(data, offset, length, hash, epoch);
    }
    addAnchors(data, offset, length);
  }

  /** It does not go on where the flow ended; null if it lies before that. */
  private @Nullable InputFlow elsewhere(
      FlowKey flow, @Nullable InputFlow state, int sequence, int length) {
    current.incomplete();
    if (state == null) {
      InputFlow fresh = new InputFlow(sequence);
      put(flow, fresh);
      return fresh;
    }
    if (sequence + length - state.next <= 0) {
      return null;
    }
    state.jump(sequence);
    return state;
  }

  /** Content of a datagram, or of anything else that stands alone. */
  public void datagram(byte[] data, int offset, int length) {
    addAnchors(data, offset, length);
  }

  private void addAnchors(byte[] data, int offset, int length) {
    int end = offset + length;
    int at = anchors.next(data, offset, end);
    for (; at >= 0; at = anchors.next(data, at + 1, end)) {
      current.add(anchors.hash(data, at));
    }
  }

  /**
   * Whether a piece of {@value #PIECE} bytes of this output, or all of it if it is shorter, may
   * occur in the inputs. True in every doubt, so for content without anchors. Takes about 0.3 ns
   * for each byte.
   */
  public boolean mayOccur(byte[] data, int offset, int length) {
    if (!current.complete() || !previous.complete()) {
      return true;
    }
    int piece = Math.min(PIECE, length);
    int clear = offset;
    while (offset + length - clear >= piece) {
      int proof = lastAbsent(data, clear, clear + piece - Anchors.WINDOW);
      if (proof < 0) {
        return true;
      }
      // Each piece that begins before it ends behind it, so holds it: the next begins here.
      clear = proof + 1;
    }
    return false;
  }

  /**
   * The last position of an anchor that is not in the inputs. From the end, so that as few are
   * looked up as will do: one for 240 bytes or so.
   */
  private int lastAbsent(byte[] data, int from, int last) {
    for (int at = last; at >= from; at--) {
      if (anchors.isAnchor(data, at)) {
        long hash = anchors.hash(data, at);
        if (!current.contains(hash) && !previous.contains(hash)) {
          return at;
        }
      }
    }
    return -1;
  }

  /** Whether everything may occur, because something was missed or there was too much. */
  public boolean overrun() {
    return !current.complete() || !previous.complete();
  }
}
