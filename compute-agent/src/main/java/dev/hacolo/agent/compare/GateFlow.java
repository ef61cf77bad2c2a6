package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;
import static dev.hacolo.agent.compare.Positions.atOrBelow;
import static dev.hacolo.agent.compare.Positions.max;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/** What the gate knows of a TCP connection; positions are those of the primary guest. */
final class GateFlow extends FlowTable.Entry<GateFlow> {
  /** Behind the highest position that the guest has sent. */
  private int top;

  /** Behind the highest position that has left; everything below {@link #top} may have to wait. */
  private int released;

  /** What the client has acknowledged, never above {@link #released}. */
  private int acknowledged;

  private boolean hasAcknowledged;

  /** {@link #top} at the last certain seal; it is found out when the flow is used next. */
  private int sealedTop;

  private boolean hasSealedTop;
  private long seals;

  /** Whether the positions mean anything; a RST does not tell them (its number is the client's). */
  private boolean placed;

  private boolean opened;
  private int opening;
  private int openingAcknowledged;

  /**
   * Whether the guest has answered one SYN with two numbers, as SYN cookies do: nobody knows which
   * one the client took, so nothing counts as covered.
   */
  private boolean ambiguous;

  /** The newest acknowledgement of the guest; of the connection since the client's last SYN. */
  private int received;

  private boolean hasReceived;

  /** Place in {@link MovedFlows}, -1 if it is in none. */
  int movedAt = -1;

  private boolean guestDone;
  private int guestEnd;
  private boolean clientDone;
  private int clientEnd;
  private boolean clientEndAcknowledged;
  private boolean reset;

  private @Nullable HeldFrame head;
  private @Nullable HeldFrame tail;

  /** What is asked about its content, if anything can be. */
  private Origins.@Nullable Connection origin;

  /**
   * A connection of which nothing is known. What lies below its first output was sent before, and
   * has left.
   */
  GateFlow(FlowKey key, long seals) {
    super(key);
    this.seals = seals;
  }

  @Override
  boolean busy() {
    return head != null;
  }

  /**
   * A segment of the guest, before its place is asked for.
   *
   * @return whether it begins a connection
   */
  boolean output(Packet packet, long certainSeals) {
    reset |= packet.has(Packet.RST);
    if (packet.has(Packet.RST)) {
      return false;
    }
    boolean opens = packet.has(Packet.SYN) && (!opened || opening != packet.sequence());
    if (opens) {
      open(packet);
    } else if (!placed || far(packet.sequence())) {
      place(packet.sequence());
    }
    if (seals != certainSeals) {
      seals = certainSeals;
      sealedTop = top;
      hasSealedTop = true;
    }
    if (packet.has(Packet.ACK) && clientDone && !after(clientEnd, packet.acknowledgement())) {
      clientEndAcknowledged = true;
    }
    return opens;
  }

  /** Whether it is known which connection this is; see {@link #ambiguous}. */
  boolean isAmbiguous() {
    return ambiguous;
  }

  /** Replaces what is asked about its content. */
  void follow(Origins.@Nullable Connection connection) {
    if (origin != null) {
      origin.close();
    }
    origin = connection;
  }

  Origins.@Nullable Connection origin() {
    return origin;
  }

  /**
   * A segment of the guest. Returns whether it acknowledges more than those before it. A reset
   * counts as well: no state that follows has a use for what the client sent before.
   */
  boolean acknowledges(Packet packet) {
    int number = packet.acknowledgement();
    if (!packet.has(Packet.ACK) || (hasReceived && !after(number, received))) {
      return false;
    }
    received = number;
    hasReceived = true;
    return true;
  }

  boolean hasReceived() {
    return hasReceived;
  }

  int received() {
    return received;
  }

  private boolean far(int sequence) {
    return !atOrBelow(sequence, top) && !atOrBelow(top, sequence);
  }

  private void place(int sequence) {
    placed = true;
    top = sequence;
    released = sequence;
    hasAcknowledged = false;
    hasSealedTop = false;
  }

  /** The same ports, another connection. */
  private void open(Packet packet) {
    int answers = packet.acknowledgement();
    ambiguous = opened && packet.has(Packet.ACK) && answers == openingAcknowledged;
    place(packet.sequence());
    opened = true;
    opening = packet.sequence();
    openingAcknowledged = answers;
    guestDone = false;
    clientDone = false;
    clientEndAcknowledged = false;
    reset = false;
  }

  /** Behind the highest position that was sent. */
  int top() {
    return top;
  }

  /** Notes that positions up to {@code end} have been sent. */
  void sent(int end, boolean fin) {
    top = max(top, end);
    if (fin) {
      guestDone = true;
      guestEnd = end;
    }
  }

  /** Notes that positions up to {@code end} have left. */
  void left(int end) {
    released = max(released, end);
  }

  /** A segment of the client. An acknowledgement of what has not left is none. */
  void input(Packet packet) {
    if (packet.has(Packet.ACK) && placed && atOrBelow(packet.acknowledgement(), released)) {
      int number = packet.acknowledgement();
      acknowledged = hasAcknowledged ? max(acknowledged, number) : number;
      hasAcknowledged = true;
    }
    if (packet.has(Packet.SYN)) {
      hasReceived = false; // if it is a false one, the guest repeats its acknowledgement
    }
    if (packet.has(Packet.FIN)) {
      clientDone = true;
      clientEnd = packet.sequence() + packet.sequenceLength();
    }
    reset |= packet.has(Packet.RST);
  }

  /** Whether both ends have nothing more to say. */
  boolean closed() {
    boolean guestAcknowledged = hasAcknowledged && !after(guestEnd, acknowledged);
    return reset || (guestDone && clientEndAcknowledged && guestAcknowledged);
  }

  /** Whether positions up to {@code end} are known to the client or to the state that B has. */
  boolean covers(int end) {
    return !ambiguous && hasBase() && atOrBelow(end, base());
  }

  /** First position at or behind {@code from} that is not covered. */
  int uncovered(int from) {
    return covers(from) ? base() : from;
  }

  private boolean hasBase() {
    return hasAcknowledged || hasSealedTop;
  }

  private int base() {
    if (!hasSealedTop) {
      return acknowledged;
    }
    return hasAcknowledged ? max(acknowledged, sealedTop) : sealedTop;
  }

  void append(HeldFrame held) {
    if (tail == null) {
      head = held;
    } else {
      tail.nextInFlow = held;
    }
    tail = held;
  }

  @Nullable HeldFrame head() {
    return head;
  }

  /** Takes the head out. */
  void pop() {
    HeldFrame held = head;
    if (held != null) {
      head = held.nextInFlow;
      held.nextInFlow = null;
      if (head == null) {
        tail = null;
      }
    }
  }
}
