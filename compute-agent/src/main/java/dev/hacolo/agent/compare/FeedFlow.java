package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an {@link InputFeed}: what each of the three ends has said, the content that is
 * held, and when it is to be repeated.
 */
final class FeedFlow {
  private static final int MAX_BACKOFF = 3;

  final FlowKey key;
  @Nullable FeedFlow older;
  @Nullable FeedFlow newer;
  FeedFlows.@Nullable Chain chain; // which of the table's lists it is in
  long lastSeen;
  long loaded; // the state that the secondary's end and the deltas belong to

  final FlowContent content = new FlowContent();
  final ClientEnd client = new ClientEnd();
  final PrimaryEnd primary = new PrimaryEnd();
  final SecondaryEnd secondary = new SecondaryEnd();

  // primary - secondary
  int sequenceDelta;
  int timestampDelta;
  int clientDelta; // for the client's sequence numbers; 0 in front of the first omission

  /** The newest TSval of the client that the state that runs may have seen, see {@link #omit}. */
  private int stamp;

  private boolean stampKnown;

  private boolean unhinted; // its answers did not come: no hint is followed until unhintedTo
  private long unhintedTo;

  private long lastRound;
  private int backoff;
  long lastAlive;

  FeedFlow(FlowKey key, long loaded) {
    this.key = key;
    this.loaded = loaded;
  }

  /** Whether the secondary VM may be given this content now. */
  boolean fits(HeldInput input) {
    return secondary.fits(input.from, input.end);
  }

  /** An input without RST, in the primary's numbers. */
  void input(Packet packet, Frame frame, long order) {
    if (packet.has(Packet.SYN)) {
      primary.forgetReceived();
      if (client.syn(packet, order)) {
        secondary.expectSyn();
        primary.begin();
      }
    }
    client.segment(packet, frame);
  }

  /** Whether the guest may take an RST of the client: only at its next position (RFC 5961 3.2). */
  boolean maybeTakesReset(Packet packet) {
    int sequence = packet.sequence();
    return client.mayEndAt(sequence) || (secondary.ackKnown && sequence == secondary.ack);
  }

  /**
   * A SYN of the secondary VM.
   *
   * @param promoted whether the deltas stay, also for the next connection of the same ports
   * @return the order of arrival before which content is of an earlier connection, or -1
   */
  long secondarySyn(Packet packet, boolean promoted) {
    int delta = promoted ? clientDelta : 0;
    boolean answersLast =
        packet.has(Packet.ACK) && client.isAnsweredBy(packet.acknowledgement() + delta);
    if (!secondary.syn(packet, answersLast)) {
      return -1;
    }
    clientDelta = delta;
    stampKnown = false;
    return client.synOrder();
  }

  /** Whether the secondary VM has all that came before, and has said and been told all of it. */
  boolean isQuietAt(Omission omission) {
    return !secondary.reset
        && secondary.ackKnown
        && secondary.sentKnown
        && secondary.sent == omission.own()
        && client.ackKnown;
  }

  /**
   * Whether no later state takes a segment that was meant for the one that runs. Segments are on
   * their way when the secondary VM stops, and QEMU gives them to the state that is loaded then.
   * Behind an omission their numbers are too low there, and a part of one might pass for new
   * content. So they keep the TSval {@link #stamp} from the first omission on, while the primary VM
   * has taken the omitted requests, which were stamped later: each later state discards them (PAWS,
   * RFC 7323 5.3).
   *
   * @param requested TSval of the newest of the omitted requests
   */
  boolean outdates(int requested) {
    return stampKnown && requested - stamp > 0;
  }

  /** TSval of a segment that is given to the secondary VM, if it has one. */
  int stamped(int timestamp) {
    if (clientDelta != 0) {
      return stamp;
    }
    if (!stampKnown || timestamp - stamp > 0) {
      stampKnown = true;
      stamp = timestamp;
    }
    return timestamp;
  }

  /** The secondary VM is never given these requests, and never makes their answers. */
  void omit(int asked, Omission omission) {
    clientDelta += asked;
    sequenceDelta += omission.end() - omission.from();
    secondary.omit(asked);
    client.acknowledges(omission.end());
  }

  /** State {@code k} runs: it is the primary VM's at mark k. Late: the mark has not come yet. */
  void load(long k) {
    loaded = k;
    sequenceDelta = 0;
    timestampDelta = 0;
    clientDelta = 0;
    stamp = client.timestamp;
    stampKnown = client.timestampKnown;
    secondary.load(primary.knowsSent(k), primary.sentAt(k));
    content.load();
  }

  /** What the secondary VM may be told that the client has. */
  int acknowledgeable() {
    int acknowledged = client.ack - sequenceDelta;
    return secondary.sentKnown && acknowledged - secondary.sent > 0 ? secondary.sent : acknowledged;
  }

  boolean owesAcknowledgement() {
    return client.ackKnown
        && secondary.sentKnown
        && client.ack - sequenceDelta - secondary.sent > 0;
  }

  boolean translated() {
    return !translation().isNone();
  }

  /** Primary minus secondary. */
  Translation translation() {
    return new Translation(key, sequenceDelta, timestampDelta, clientDelta);
  }

  /** Whether it still is what the secondary VM in state {@code k} knows of. */
  boolean lives(long k) {
    return !secondary.reset && loaded == k;
  }

  /** Whether both ends have said all, and heard all: neither expects anything of the other. */
  boolean ended() {
    return client.ackKnown
        && client.isFinishedAt(secondary)
        && secondary.isFinishedAt(client.ack - sequenceDelta);
  }

  /** For some time nobody looks at what it asks. */
  void unhint(long to) {
    unhinted = true;
    unhintedTo = to;
  }

  /** What is thought of an input of it. */
  InputHint hint(InputHint hint, long now) {
    unhinted = unhinted && now - unhintedTo < 0;
    return unhinted ? InputHint.NONE : hint;
  }

  /** Whether the lowest content is to be repeated by now. */
  boolean isDue(long now) {
    return now - lastRound >= (200L << backoff) * 1_000_000;
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
