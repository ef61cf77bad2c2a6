package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.SegmentRewriter;
import org.jspecify.annotations.Nullable;

/** What a connection's client said last, in the primary VM's numbers. */
final class ClientEnd {
  private boolean fresh = true; // a SYN came: the next numbers begin anew
  boolean ackKnown;
  int ack;
  int window; // as in the header
  boolean timestampKnown;
  int timestamp;
  int echo; // 0 without timestamps
  private boolean endKnown;
  private int end;
  private boolean finKnown;
  private int finEnd;
  private boolean synKnown;
  private int synSequence;
  private long synOrder;
  private @Nullable Frame template;

  /** A segment that acknowledges and carries nothing, of which others can be made. */
  @Nullable Frame template() {
    return template;
  }

  /**
   * A SYN, which may be false: then the guest ignores it, so nothing is dropped before it answers.
   *
   * @return whether it begins another connection
   */
  boolean syn(Packet packet, long order) {
    if (synKnown && packet.sequence() == synSequence) {
      return false;
    }
    synKnown = true;
    synSequence = packet.sequence();
    synOrder = order;
    fresh = true;
    ackKnown = false; // the old connection's
    finKnown = false;
    timestampKnown = false;
    return true;
  }

  /** Whether a SYN-ACK with this acknowledgement answers the last SYN. */
  boolean isAnsweredBy(int acknowledgement) {
    return synKnown && acknowledgement - 1 == synSequence;
  }

  /** When the last SYN came: an order of arrival. */
  long synOrder() {
    return synOrder;
  }

  /** Any segment without RST, a SYN after {@link #syn}. */
  void segment(Packet packet, Frame frame) {
    int behind = packet.sequence() + packet.sequenceLength();
    if (!endKnown || fresh || behind - end > 0) {
      endKnown = true;
      end = behind;
    }
    if (packet.has(Packet.FIN)) {
      finKnown = true;
      finEnd = behind;
    }
    if (packet.has(Packet.ACK)) {
      numbers(packet);
      keepTemplate(packet, frame);
    }
  }

  /** A segment that is still to be told acknowledges this. */
  void acknowledges(int position) {
    if (position - ack > 0) {
      ack = position;
    }
  }

  private void numbers(Packet packet) {
    int acknowledged = packet.acknowledgement();
    if (!ackKnown || fresh || acknowledged - ack >= 0) {
      ackKnown = true;
      ack = acknowledged;
      window = packet.window();
    }
    int at = packet.timestamps();
    if (at >= 0 && (fresh || Bytes.i32(packet.data(), at) - timestamp >= 0)) {
      timestampKnown = true;
      timestamp = Bytes.i32(packet.data(), at);
      echo = Bytes.i32(packet.data(), at + 4);
    }
    fresh = false;
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

  /** Whether the client has ended its stream, and the secondary VM has acknowledged all of it. */
  boolean isFinishedAt(SecondaryEnd secondary) {
    return finKnown && secondary.covers(finEnd);
  }

  /** Whether nothing, or nothing else, is known to have come behind this position. */
  boolean mayEndAt(int position) {
    return !endKnown || position == end;
  }
}
