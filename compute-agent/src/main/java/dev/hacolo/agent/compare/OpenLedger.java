package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the primary VM had pre-released and the secondary has not sent yet when it takes over. Its
 * clients may have that content, so what this VM sends at the same positions leaves only when it is
 * known to be the same; a connection in which it differs is reset.
 *
 * <p>Content of this VM behind an entry that it never sends proves that its state is one that has
 * sent the entry: a TCP does not leave positions out. Not so on a connection that was opened since,
 * or if some of what this VM had sent is not known.
 *
 * <p>Not thread-safe; the port must not call back. Times are nanoseconds of any one clock.
 */
public final class OpenLedger {
  /** A connection that is still open after that time is reset. */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Content that waits for a verdict on one connection at most; past it that is reset. */
  static final int MAX_WAITING_BYTES = 4 << 20;

  /** Where decisions go. */
  public interface Port {
    /** A frame for the client, owned by the callee, in this VM's numbers. */
    void release(int nic, Frame frame);

    /**
     * A connection ends here: the client has, or may have, what this VM does not send.
     *
     * @param flow owned by the callee
     * @param last an output of this VM on that connection, null if there was none
     * @param end behind all that the client may have, in this VM's numbers; means nothing without
     *     such an output
     */
    void reset(FlowKey flow, @Nullable Frame last, int end);
  }

  private record Waiting(int nic, Frame frame, int from, int end) {}

  private static final class Connection {
    final SecondaryFlow flow;
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    int bytes;

    Connection(SecondaryFlow flow) {
      this.flow = flow;
    }
  }

  private final Map<FlowKey, Connection> open = new HashMap<>();
  private final ContentDigest.Sum sum;
  private final Port port;
  private final long since;
  private final boolean complete;
  private final FlowKey key = new FlowKey();
  private long confirmed;
  private long reset;

  /**
   * A ledger of some connections.
   *
   * @param complete whether all that this VM has sent on the state that it has is known
   */
  OpenLedger(
      Collection<SecondaryFlow> flows,
      boolean complete,
      ContentDigest.Sum sum,
      Port port,
      long now) {
    this.complete = complete;
    this.sum = sum;
    this.port = port;
    since = now;
    for (SecondaryFlow flow : flows) {
      open.put(flow.key, new Connection(flow));
    }
  }

  /**
   * An output of this VM, in its own numbers; given away.
   *
   * @param parsed of this frame
   */
  public void output(int nic, Frame frame, Packet parsed) {
    Connection connection = connection(nic, parsed);
    if (connection == null) {
      port.release(nic, frame);
    } else if (isOver(connection, parsed)) {
      open.remove(connection.flow.key);
      port.release(nic, frame);
    } else {
      if (!parsed.has(Packet.SYN)) {
        connection.flow.output(frame, parsed);
      }
      hold(connection, nic, frame.copy(), parsed);
    }
  }

  /** As {@link #output}, of what this VM had sent before it took over. */
  public void again(int nic, Frame frame, Packet parsed) {
    Connection connection = connection(nic, parsed);
    if (connection == null) {
      port.release(nic, frame);
    } else if (isOver(connection, parsed)) {
      open.remove(connection.flow.key);
      port.release(nic, frame);
    } else {
      hold(connection, nic, frame, parsed);
    }
  }

  /** Whether this VM has reset the connection, or has begun another one of the same ports. */
  private static boolean isOver(Connection connection, Packet parsed) {
    return parsed.has(Packet.RST) || (parsed.has(Packet.SYN) && !connection.flow.repeats(parsed));
  }

  private @Nullable Connection connection(int nic, Packet parsed) {
    boolean content = parsed.kind() == Packet.Kind.TCP && parsed.sequenceLength() > 0;
    boolean looked = content || (parsed.kind() == Packet.Kind.TCP && parsed.has(Packet.RST));
    return open.isEmpty() || !looked ? null : open.get(parsed.flow(key, nic, true));
  }

  private void hold(Connection connection, int nic, Frame frame, Packet parsed) {
    int end = parsed.sequence() + parsed.sequenceLength();
    connection.waiting.add(new Waiting(nic, frame, parsed.sequence(), end));
    connection.bytes += frame.bytes().length;
    settle(connection);
    if (connection.bytes > MAX_WAITING_BYTES && open.get(connection.flow.key) == connection) {
      end(connection);
    }
  }

  private void settle(Connection connection) {
    if (connection.flow.contradicted()) {
      end(connection);
      return;
    }
    WaitingRecords records = connection.flow.waiting;
    for (OutputRecord.Stream head = records.head(); head != null; head = records.head()) {
      SecondaryFlow.Answer answer = connection.flow.decide(head, sum);
      if (answer == SecondaryFlow.Answer.DIFFERENT) {
        end(connection);
        return;
      }
      if (answer == SecondaryFlow.Answer.NONE && !isPassed(connection, head)) {
        break;
      }
      confirmed++;
      records.removeHead();
    }
    release(connection);
  }

  /** Whether this VM has gone on behind an entry of which it has sent nothing. */
  private boolean isPassed(Connection connection, OutputRecord.Stream entry) {
    if (!complete || !connection.flow.mayHaveMore()) {
      return false;
    }
    int from = connection.flow.own(entry.from());
    int end = from + entry.length();
    boolean passed = false;
    for (Waiting waiting : connection.waiting) {
      if (after(end, waiting.from()) && after(waiting.end(), from)) {
        return false;
      }
      passed |= !after(end, waiting.from());
    }
    return passed;
  }

  private void release(Connection connection) {
    OutputRecord.Stream head = connection.flow.waiting.head();
    List<Waiting> later = new ArrayList<>();
    for (Waiting next : connection.waiting) {
      if (head == null || !after(next.end(), connection.flow.own(head.from()))) {
        connection.bytes -= next.frame().bytes().length;
        port.release(next.nic(), next.frame());
      } else {
        later.add(next);
      }
    }
    connection.waiting.clear();
    connection.waiting.addAll(later);
    if (head == null) {
      open.remove(connection.flow.key);
    }
  }

  private void end(Connection connection) {
    reset++;
    open.remove(connection.flow.key);
    Waiting last = connection.waiting.peekLast();
    SecondaryFlow flow = connection.flow;
    if (last == null) {
      port.reset(flow.key, null, 0);
    } else {
      port.reset(flow.key, last.frame(), flow.left(last.from()));
    }
  }

  /** Looks at the time; every 10 ms or so. */
  public void tick(long now) {
    if (!open.isEmpty() && now - since > PATIENCE_NANOS) {
      List.copyOf(open.values()).forEach(this::end);
    }
  }

  /** Whether nothing is open. */
  public boolean isEmpty() {
    return open.isEmpty();
  }

  /** Entries that this VM has sent alike, or whose state has them. */
  public long confirmed() {
    return confirmed;
  }

  /** Connections that were reset. */
  public long resets() {
    return reset;
  }
}
