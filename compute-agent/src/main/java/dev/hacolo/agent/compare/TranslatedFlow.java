package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;

/** A connection of a {@link TranslationTable}: its deltas, and how far it is from its end. */
final class TranslatedFlow {
  final FlowKey flow;
  int sequenceDelta;
  int timestampDelta;
  int clientDelta;
  long lastSeen;
  boolean queued; // among those that end

  private boolean guestFin;
  private int guestFinEnd; // guest's numbers
  private boolean guestFinCovered;
  private boolean clientFin;
  private int clientFinEnd;
  private boolean clientFinCovered;
  private boolean clientReset;
  private boolean timestampSent;
  private int lastTimestamp; // client's numbers

  TranslatedFlow(FlowKey flow) {
    this.flow = flow;
  }

  boolean isNone() {
    return sequenceDelta == 0 && timestampDelta == 0 && clientDelta == 0;
  }

  /** What it is now, client minus guest. */
  Translation translation() {
    return new Translation(flow, sequenceDelta, timestampDelta, clientDelta);
  }

  /** Whether nobody is expected to say anything more. */
  boolean ending() {
    return clientReset || (guestFinCovered && clientFinCovered);
  }

  /** The same addresses and ports begin anew. */
  void reopened() {
    guestFin = false;
    guestFinCovered = false;
    clientFin = false;
    clientFinCovered = false;
    clientReset = false;
  }

  /** The client has been sent this TSval; the next one must not be less. */
  void noteSent(int timestamp) {
    if (!timestampSent || timestamp - lastTimestamp > 0) {
      timestampSent = true;
      lastTimestamp = timestamp;
    }
  }

  /** A segment of the guest, in its own numbers. */
  void guestSegment(Packet packet) {
    if (timestampSent && packet.timestamps() >= 0) {
      raiseTimestamps(Bytes.i32(packet.data(), packet.timestamps()));
    }
    if (packet.has(Packet.SYN)) {
      reopened();
      return;
    }
    // A guest that still talks has not taken the RST (RFC 5961: it answers with an ACK).
    clientReset = false;
    if (packet.has(Packet.FIN)) {
      guestFin = true;
      guestFinEnd = packet.sequence() + packet.sequenceLength();
    }
    if (clientFin && packet.has(Packet.ACK) && packet.acknowledgement() - clientFinEnd >= 0) {
      clientFinCovered = true;
    }
  }

  private void raiseTimestamps(int timestamp) {
    int behind = lastTimestamp - (timestamp + timestampDelta);
    if (behind > 0) {
      timestampDelta += behind;
    }
    timestampSent = false;
  }

  /** A segment of the client, in the guest's numbers. */
  void clientSegment(Packet packet) {
    if (packet.has(Packet.RST)) {
      clientReset = true;
    } else if (packet.has(Packet.SYN)) {
      reopened();
      return;
    }
    if (packet.has(Packet.FIN)) {
      clientFin = true;
      clientFinEnd = packet.sequence() + packet.sequenceLength();
    }
    if (guestFin && packet.has(Packet.ACK) && packet.acknowledgement() - guestFinEnd >= 0) {
      guestFinCovered = true;
    }
  }
}
