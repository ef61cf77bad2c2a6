package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Packet;

/** Makes the records of parsed outputs. */
final class RecordMaker {
  private static final int FLAGS = Packet.SYN | Packet.ACK | Packet.FIN | Packet.RST;

  private final ContentDigest digest;
  private final FrameDigest frameDigest;

  RecordMaker(ContentDigest digest) {
    this.digest = digest;
    frameDigest = new FrameDigest(digest);
  }

  OutputRecord.Datagram datagram(long id, HeldFrame held, Packet packet) {
    return new OutputRecord.Datagram(id, held.nic, frameDigest.of(held.nic, held.frame, packet));
  }

  /** The part of a segment that is not covered. */
  OutputRecord.Stream stream(long id, GateFlow flow, Packet packet, boolean preReleased) {
    int flags = packet.flags() & FLAGS;
    if (packet.has(Packet.RST)) {
      return new OutputRecord.Stream(
          id, flow.key, packet.sequence(), 0, flags, ContentDigest.Value.EMPTY, null, false, -1);
    }
    boolean syn = packet.has(Packet.SYN);
    int start = packet.sequence() + (syn ? 1 : 0);
    int from = flow.uncovered(start);
    int skipped = from - start;
    int length = packet.payloadLength() - skipped;
    ContentDigest.Value value =
        length == 0
            ? ContentDigest.Value.EMPTY
            : digest.of(packet.data(), packet.payload() + skipped, length);
    OutputRecord.SynAck synAck = syn ? OutputRecord.SynAck.of(packet) : null;
    Origins.Connection origin = flow.origin();
    long answers = origin == null ? -1 : origin.answered();
    return new OutputRecord.Stream(
        id, flow.key, from, length, flags, value, synAck, preReleased, answers);
  }
}
