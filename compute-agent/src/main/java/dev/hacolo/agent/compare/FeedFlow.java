package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.SegmentRewriter;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an {@link InputFeed}. Numbers of the guest's stream are in the secondary VM's
 * numbers ({@code sent}, {@code told}) or in the primary's (all others); the client's stream has
 * the same numbers in both.
 */
final class FeedFlow {
  private static final int MAX_BACKOFF = 3;

  final FlowKey key;
  @Nullable FeedFlow older;
  @Nullable FeedFlow newer;
  FeedFlows.@Nullable Chain chain; // which of the table's lists it is in
  long lastSeen;
  long loaded; // the state that the numbers below belong to

  // Content that is held, lowest first; lowestWaiting was not injected into the state that runs.
  private @Nullable HeldInput lowest;
  private @Nullable HeldInput highest;
  private @Nullable HeldInput lowestWaiting;
  private long heldBytes;
  private long youngBytes;

  // Content that the state that runs has, in the order in which that was found out.
  private @Nullable HeldInput settledLast;

  // primary - secondary
  int sequenceDelta;
  int timestampDelta;

  // What the secondary VM said.
  boolean reset;
  boolean ackKnown;
  int ack;
  boolean edgeKnown;
  int edge; // first position beyond its window
  private int scale = -1;
  boolean sentKnown;
  int sent; // first position that it has not sent
  private boolean sentFresh; // a SYN came: what is sent next begins anew
  boolean toldKnown;
  int told; // acknowledgement that it was given

  // What the client said last; clientFresh: a SYN came, the next numbers begin anew.
  private boolean clientFresh = true;
  boolean clientAckKnown;
  int clientAck;
  int clientWindow;
  int clientTimestamp;
  int clientEcho;
  private boolean clientEndKnown;
  private int clientEnd;
  private boolean synKnown;
  private int synSequence;
  private long synOrder;
  private @Nullable Frame template;

  // What the primary VM has sent: at primaryEpoch, and before that epoch.
  private boolean primaryFresh = true;
  private long primaryEpoch;
  private int primarySent;
  private long primaryEarlierEpoch = -1;
  private int primaryEarlier;

  // What the primary VM had received in front of that mark, and of one before; 0 if it is unknown.
  private long receivedMark;
  private int received;
  private long receivedEarlierMark;
  private int receivedEarlier;

  // Repetition.
  long lastRound;
  int backoff;
  long lastAlive;

  FeedFlow(FlowKey key, long loaded) {
    this.key = key;
    this.loaded = loaded;
  }

  @Nullable HeldInput lowest() {
    return lowest;
  }

  @Nullable HeldInput highest() {
    return highest;
  }

  @Nullable HeldInput lowestWaiting() {
    return lowestWaiting;
  }

  @Nullable Frame template() {
    return template;
  }

  @Nullable HeldInput settledLast() {
    return settledLast;
  }

  /** Bytes without those that are settled. */
  long heldBytes() {
    return heldBytes;
  }

  boolean wantsCheckpoint(long bound) {
    return heldBytes > bound / 2 && youngBytes > bound / 8;
  }

  /** By position; of two with the same position the first stays first. */
  void add(HeldInput input) {
    input.settled = false;
    boolean lowestOfAll = lowest != null && input.from - lowest.from < 0;
    HeldInput below = lowestOfAll ? null : highest;
    while (below != null && input.from - below.from < 0) {
      below = below.lower;
    }
    HeldInput above = below == null ? lowest : below.higher;
    input.lower = below;
    input.higher = above;
    if (below == null) {
      lowest = input;
    } else {
      below.higher = input;
    }
    if (above == null) {
      highest = input;
    } else {
      above.lower = input;
    }
    if (lowestWaiting == null || input.from - lowestWaiting.from < 0) {
      lowestWaiting = input;
    }
    heldBytes += input.cost();
    youngBytes += input.counted ? input.cost() : 0;
  }

  /** Content that is in no list of the connection. */
  void settle(HeldInput input) {
    input.settled = true;
    input.lower = settledLast;
    input.higher = null;
    if (settledLast != null) {
      settledLast.higher = input;
    }
    settledLast = input;
  }

  private void removeSettled(HeldInput input) {
    if (input.lower != null) {
      input.lower.higher = input.higher;
    }
    if (input.higher == null) {
      settledLast = input.lower;
    } else {
      input.higher.lower = input.lower;
    }
  }

  void remove(HeldInput input) {
    if (input.settled) {
      removeSettled(input);
      return;
    }
    if (lowestWaiting == input) {
      lowestWaiting = waitingFrom(input.higher);
    }
    if (input.lower == null) {
      lowest = input.higher;
    } else {
      input.lower.higher = input.higher;
    }
    if (input.higher == null) {
      highest = input.lower;
    } else {
      input.higher.lower = input.lower;
    }
    heldBytes -= input.cost();
    aged(input);
  }

  void aged(HeldInput input) {
    if (input.counted && !input.settled) {
      youngBytes -= input.cost();
    }
  }

  void injected(HeldInput input) {
    input.injected = true;
    if (lowestWaiting == input) {
      lowestWaiting = waitingFrom(input.higher);
    }
  }

  /** Nothing of it was injected into the state that runs. */
  void allWait() {
    for (HeldInput next = lowest; next != null; next = next.higher) {
      next.injected = false;
    }
    lowestWaiting = lowest;
  }

  private static @Nullable HeldInput waitingFrom(@Nullable HeldInput input) {
    HeldInput next = input;
    while (next != null && next.injected) {
      next = next.higher;
    }
    return next;
  }

  /** Whether the secondary VM may be given this content now. */
  boolean fits(HeldInput input) {
    return fits(input.from, input.end);
  }

  boolean fits(int from, int end) {
    // A segment that begins in the window at the very next position is taken whole by Linux.
    boolean next = ackKnown && from - ack <= 0;
    return !edgeKnown || end - edge <= 0 || (next && edge - ack > 0);
  }

  /** An input without RST, in the primary's numbers. */
  void client(Packet packet, Frame frame, long order) {
    if (packet.has(Packet.SYN)) {
      receivedMark = 0; // of another connection, perhaps; the primary's agent forgets it as well
      receivedEarlierMark = 0;
      clientSyn(packet, order);
    }
    int end = packet.sequence() + packet.sequenceLength();
    if (!clientEndKnown || clientFresh || end - clientEnd > 0) {
      clientEndKnown = true;
      clientEnd = end;
    }
    if (packet.has(Packet.ACK)) {
      clientAck(packet);
      keepTemplate(packet, frame);
    }
  }

  private void clientSyn(Packet packet, long order) {
    // It may be false, then the guest ignores it: nothing is dropped before the guest answers.
    if (!synKnown || packet.sequence() != synSequence) {
      synKnown = true;
      synSequence = packet.sequence();
      synOrder = order;
      sentFresh = true;
      clientFresh = true;
      primaryFresh = true;
    }
  }

  private void clientAck(Packet packet) {
    int acknowledged = packet.acknowledgement();
    if (!clientAckKnown || clientFresh || acknowledged - clientAck >= 0) {
      clientAckKnown = true;
      clientAck = acknowledged;
      clientWindow = packet.window();
    }
    int at = packet.timestamps();
    if (at >= 0 && (clientFresh || Bytes.i32(packet.data(), at) - clientTimestamp >= 0)) {
      clientTimestamp = Bytes.i32(packet.data(), at);
      clientEcho = Bytes.i32(packet.data(), at + 4);
    }
    clientFresh = false;
  }

  /** Again when the client's or its router's hardware address changes. */
  private void keepTemplate(Packet packet, Frame frame) {
    if (packet.has(Packet.SYN)) {
      return;
    }
    if (template != null) {
      byte[] old = template.bytes();
      int at = template.vnetLength();
      boolean same =
          Bytes.i64(old, at) == Bytes.i64(packet.data(), packet.start())
              && Bytes.i32(old, at + 8) == Bytes.i32(packet.data(), packet.start() + 8);
      if (same) {
        return;
      }
    }
    template = SegmentRewriter.pureAcknowledgement(frame, packet);
  }

  /** Whether the guest may take an RST of the client: only at its next position (RFC 5961 3.2). */
  boolean maybeTakesReset(Packet packet) {
    int sequence = packet.sequence();
    return !clientEndKnown || sequence == clientEnd || (ackKnown && sequence == ack);
  }

  boolean covers(int end) {
    return ackKnown && end - ack <= 0;
  }

  /** Position up to which content of an earlier connection goes, or -1: an order of arrival. */
  long secondarySyn(Packet packet) {
    boolean answer = packet.has(Packet.ACK);
    scale = answer ? Math.max(0, packet.windowScale()) : -1;
    edgeKnown = false;
    boolean anew = answer && synKnown && packet.acknowledgement() - 1 == synSequence && sentFresh;
    if (!anew) {
      return -1;
    }
    sentFresh = false;
    sentKnown = false;
    toldKnown = false;
    ackKnown = false;
    return synOrder;
  }

  /** An output without RST. Returns whether its acknowledgement is a new one. */
  boolean secondary(Packet packet) {
    int end = packet.sequence() + packet.sequenceLength();
    if (!sentKnown || end - sent > 0) {
      sentKnown = true;
      sent = end;
    }
    if (!packet.has(Packet.ACK)) {
      return false;
    }
    int advance = packet.acknowledgement() - ack;
    if (ackKnown && advance < 0) {
      return false;
    }
    boolean progress = !ackKnown || advance > 0;
    ackKnown = true;
    ack = packet.acknowledgement();
    if (scale >= 0) {
      edgeKnown = true;
      edge = ack + (packet.window() << (packet.has(Packet.SYN) ? 0 : scale));
    }
    return progress;
  }

  void primary(int end, long epoch) {
    if (epoch > primaryEpoch && !primaryFresh) {
      primaryEarlier = primarySent;
      primaryEarlierEpoch = primaryEpoch;
    }
    if (primaryFresh || end - primarySent > 0) {
      primarySent = end;
    }
    primaryFresh = false;
    primaryEpoch = epoch;
  }

  /** In front of this mark the primary VM had received the client's stream up to here. */
  void primaryReceived(int end, long mark) {
    if (mark != receivedMark) {
      receivedEarlierMark = receivedMark;
      receivedEarlier = received;
    }
    receivedMark = mark;
    received = end;
  }

  /** Whether state {@code k} and all later ones have the client's stream up to here. */
  boolean stateHas(int end, long k) {
    if (receivedMark > 0 && receivedMark <= k) {
      return end - received <= 0;
    }
    return receivedEarlierMark > 0 && receivedEarlierMark <= k && end - receivedEarlier <= 0;
  }

  /** A state of which nothing is known may run. */
  void forgetAcknowledgement() {
    ackKnown = false;
    edgeKnown = false;
  }

  /** State {@code k} runs: it is the primary VM's at mark k. Late: the mark has not come yet. */
  void load(long k) {
    loaded = k;
    sequenceDelta = 0;
    timestampDelta = 0;
    ackKnown = false;
    edgeKnown = false;
    toldKnown = false;
    reset = false;
    boolean earlier = primaryEarlierEpoch >= 0 && primaryEarlierEpoch < k;
    sentKnown = !primaryFresh && (primaryEpoch < k || earlier);
    sent = primaryEpoch < k ? primarySent : primaryEarlier;
    lowestWaiting = lowest;
  }

  /** More of what the primary VM had sent in front of the mark of the state that runs. */
  void loadedStateSent(int end) {
    if (!sentKnown || end - sent > 0) {
      sentKnown = true;
      sent = end;
    }
  }

  /** What the secondary VM may be told that the client has. */
  int acknowledgeable() {
    int acknowledged = clientAck - sequenceDelta;
    return sentKnown && acknowledged - sent > 0 ? sent : acknowledged;
  }

  boolean owesAcknowledgement() {
    return clientAckKnown && sentKnown && clientAck - sequenceDelta - sent > 0;
  }

  boolean translated() {
    return sequenceDelta != 0 || timestampDelta != 0;
  }

  int nextRoundAfterMillis() {
    return 200 << backoff;
  }

  void progressed(long now) {
    lastRound = now;
    backoff = 0;
    lastAlive = now;
  }

  void roundDone(long now) {
    lastRound = now;
    backoff = Math.min(MAX_BACKOFF, backoff + 1);
  }
}
