package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Packet;

/**
 * One end of a TCP connection as strict as Linux where a feed could go wrong: it takes content in
 * order only, and discards whole segments that acknowledge more than it has sent (RFC 9293
 * 3.10.7.4), or much less (RFC 5961 5.2), are older than the last one taken (PAWS), or lie outside
 * its window. Positions count from 0.
 */
final class SimulatedGuest {
  private static final int MAX_WINDOW = 30_000;

  final int port;
  int base; // of its own stream
  int received;
  int sent;
  int acknowledged;
  int window = MAX_WINDOW;
  boolean timestampKnown;
  int timestamp;

  SimulatedGuest(int port, int base) {
    this.port = port;
    this.base = base;
  }

  SimulatedGuest copy() {
    SimulatedGuest copy = new SimulatedGuest(port, base);
    copy.received = received;
    copy.sent = sent;
    copy.acknowledged = acknowledged;
    copy.window = window;
    copy.timestampKnown = timestampKnown;
    copy.timestamp = timestamp;
    return copy;
  }

  /** The client's stream. */
  static byte content(int port, int position) {
    return (byte) ((position * 0x9E3779B1) >>> 24 ^ port);
  }

  /** Takes or discards a segment. Returns whether it answers with an acknowledgement. */
  boolean take(Packet segment, int clientBase) {
    int from = segment.sequence() - clientBase;
    int length = segment.payloadLength();
    int end = from + segment.sequenceLength();
    int stamp = Bytes.i32(segment.data(), segment.timestamps());
    boolean old = timestampKnown && timestamp - stamp > 1;
    if (old || end < received || from > received + window) {
      return true;
    }
    if (from <= received) {
      timestampKnown = true;
      timestamp = stamp;
    }
    int ack = segment.acknowledgement() - base;
    if (ack > sent || ack < acknowledged - MAX_WINDOW) {
      return true;
    }
    acknowledged = Math.max(acknowledged, ack);
    if (end > received && from <= received && window > 0) {
      for (int i = received - from; i < length; i++) {
        assertThat(segment.data()[segment.payload() + i]).isEqualTo(content(port, from + i));
      }
      received = end;
    }
    return end > from;
  }
}
