package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Packet;

/**
 * What the secondary VM has said and was told on one connection, in the state that runs. Positions
 * of the client's stream are the primary's; {@code sent} and {@code told} are in the secondary's
 * own numbers.
 */
final class SecondaryEnd {
  boolean reset;
  boolean ackKnown;
  int ack;
  private boolean edgeKnown;
  private int edge; // first position beyond its window
  private int scale = -1;
  boolean sentKnown;
  int sent; // first position that it has not sent
  private boolean finKnown;
  private int finEnd;
  private boolean sentFresh; // a SYN came: what is sent next begins anew
  boolean toldKnown;
  int told; // acknowledgement that it was given

  /** Whether it may be given this content now. */
  boolean fits(int from, int end) {
    // A segment that begins in the window at the very next position is taken whole by Linux.
    boolean next = ackKnown && from - ack <= 0;
    return !edgeKnown || end - edge <= 0 || (next && edge - ack > 0);
  }

  boolean covers(int end) {
    return ackKnown && end - ack <= 0;
  }

  /** The client has begun another connection. */
  void expectSyn() {
    sentFresh = true;
  }

  /**
   * A SYN of the secondary VM.
   *
   * @param answersLast whether it answers the client's last SYN
   * @return whether it is the first that does, so that the old connection is over
   */
  boolean syn(Packet packet, boolean answersLast) {
    boolean answer = packet.has(Packet.ACK);
    scale = answer ? Math.max(0, packet.windowScale()) : -1;
    edgeKnown = false;
    if (!answer || !answersLast || !sentFresh) {
      return false;
    }
    sentFresh = false;
    sentKnown = false;
    finKnown = false;
    toldKnown = false;
    ackKnown = false;
    return true;
  }

  /**
   * An output without RST.
   *
   * @param clientDelta primary minus secondary, for the client's stream
   * @return whether its acknowledgement is a new one
   */
  boolean output(Packet packet, int clientDelta) {
    hasSent(packet.sequence() + packet.sequenceLength());
    if (packet.has(Packet.FIN)) {
      finKnown = true;
      finEnd = packet.sequence() + packet.sequenceLength();
    }
    if (!packet.has(Packet.ACK)) {
      return false;
    }
    int acknowledgement = packet.acknowledgement() + clientDelta;
    int advance = acknowledgement - ack;
    if (ackKnown && advance < 0) {
      return false;
    }
    boolean progress = !ackKnown || advance > 0;
    ackKnown = true;
    ack = acknowledgement;
    if (scale >= 0) {
      edgeKnown = true;
      edge = ack + (packet.window() << (packet.has(Packet.SYN) ? 0 : scale));
    }
    return progress;
  }

  /** A stretch of the client's stream will never be there for it. */
  void omit(int length) {
    ack += length;
    edge += length;
  }

  /** The state that runs has sent its stream up to here. */
  void hasSent(int end) {
    if (!sentKnown || end - sent > 0) {
      sentKnown = true;
      sent = end;
    }
  }

  /** Whether it has ended its stream, and this acknowledges all of it. */
  boolean isFinishedAt(int acknowledgement) {
    return finKnown && acknowledgement - finEnd >= 0;
  }

  void told(int acknowledgement) {
    toldKnown = true;
    told = acknowledgement;
  }

  /** A state of which nothing is known may run. */
  void forgetAcknowledgement() {
    ackKnown = false;
    edgeKnown = false;
  }

  /** Another state runs, of which only this may be known: what it has sent. */
  void load(boolean known, int end) {
    forgetAcknowledgement();
    toldKnown = false;
    reset = false;
    finKnown = false;
    sentKnown = known;
    sent = end;
  }
}
