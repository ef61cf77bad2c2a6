package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.putI32;
import static dev.hacolo.agent.packet.Bytes.putU16;

import org.jspecify.annotations.Nullable;

/** Makes segments that reset a connection, from others of it. */
public final class ResetSegments {
  private static final int MAC = 6;
  private static final int WINDOW = 14;

  private ResetSegments() {}

  /**
   * A reset to where a segment goes.
   *
   * @param packet parse of the frame, with flag ACK
   * @param sequence the number that the receiver waits for; with another one it only answers with
   *     the right one (RFC 5961 3.2)
   * @return null if the headers are too long
   */
  public static @Nullable Frame onwards(Frame frame, Packet packet, int sequence) {
    Frame reset = SegmentRewriter.pureAcknowledgement(frame, packet);
    return reset == null ? null : reset(reset, sequence, Packet.RST | Packet.ACK);
  }

  /**
   * The answer of a host that knows no such connection (RFC 9293 3.10.7.1): a reset to where a
   * segment came from, at the number that it acknowledges.
   *
   * @param packet parse of the frame, with flag ACK
   * @return null if the headers are too long
   */
  public static @Nullable Frame backwards(Frame frame, Packet packet) {
    int sequence = packet.acknowledgement();
    Frame reset = SegmentRewriter.pureAcknowledgement(frame, packet);
    if (reset == null) {
      return null;
    }
    Packet parsed = new Packet();
    parsed.parse(reset);
    byte[] data = reset.bytes();
    swap(data, parsed.start(), MAC);
    swap(data, parsed.ipOffset() + (parsed.v6() ? 8 : 12), parsed.v6() ? 16 : 4);
    swap(data, parsed.transport(), 2);
    return reset(reset, sequence, Packet.RST);
  }

  private static void swap(byte[] data, int at, int length) {
    for (int i = at; i < at + length; i++) {
      byte first = data[i];
      data[i] = data[i + length];
      data[i + length] = first;
    }
  }

  private static Frame reset(Frame frame, int sequence, int flags) {
    Packet packet = new Packet();
    packet.parse(frame);
    byte[] data = frame.bytes();
    int tcp = packet.transport();
    data[tcp + 13] = (byte) flags;
    putI32(data, tcp + 4, sequence);
    if ((flags & Packet.ACK) == 0) {
      putI32(data, tcp + 8, 0);
    }
    putU16(data, tcp + WINDOW, 0);
    packet.parse(frame);
    Checksums.fillIpv4(packet);
    Checksums.fillTcp(packet);
    return frame;
  }
}
