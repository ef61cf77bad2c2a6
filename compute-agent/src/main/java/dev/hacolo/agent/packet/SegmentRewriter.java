package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;
import static dev.hacolo.agent.packet.Bytes.putI32;
import static dev.hacolo.agent.packet.Bytes.putU16;
import static dev.hacolo.agent.packet.Bytes.u16;

import org.jspecify.annotations.Nullable;

/**
 * Changes numbers in a TCP segment, in place, and keeps its checksum right by RFC 1624. The frame
 * must be owned by the caller and {@code packet} must be its parse with result {@link
 * Packet.Kind#TCP}; offsets in {@code packet} stay true after each change, except those of SACK
 * blocks that {@link #clampAcknowledgement} or {@link #removeSack} took out (parse again to use
 * them).
 *
 * <p>With {@link Frame#needsChecksum()} the checksum field holds the sum of the pseudo header,
 * which none of these changes touches, so it stays as it is. A checksum that was wrong stays wrong.
 *
 * <p>Numbers are modulo 2^32 (RFC 9293 3.4). Options may lie at any offset.
 */
public final class SegmentRewriter {
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int OFFSET_AND_FLAGS = 12;
  private static final int WINDOW = 14;
  private static final int CHECKSUM = 16;
  private static final int TCP_HEADER = 20;
  private static final int NOP = 1;
  private static final int NOP_NOP_TIMESTAMPS = 0x0101080a; // kind 8, length 10: RFC 7323 app. A
  private static final int TIMESTAMPS_BLOCK = 12;
  private static final int MAX_TEMPLATE = 256;

  private SegmentRewriter() {}

  /** Adds to the sequence number. */
  public static void addToSequence(Frame frame, Packet packet, int delta) {
    if (delta != 0) {
      setSequence(frame, packet, packet.sequence() + delta);
    }
  }

  /** Sets the sequence number. */
  public static void setSequence(Frame frame, Packet packet, int sequence) {
    put(frame, packet, packet.transport() + SEQUENCE, sequence);
  }

  /** Adds to the acknowledgement number and to both ends of all SACK blocks; only with flag ACK. */
  public static void addToAcknowledgement(Frame frame, Packet packet, int delta) {
    if (delta == 0 || !packet.has(Packet.ACK)) {
      return;
    }
    put(frame, packet, packet.transport() + ACKNOWLEDGEMENT, packet.acknowledgement() + delta);
    for (int at = packet.sack(), left = packet.sackLength(); left > 0; at += 4, left -= 4) {
      put(frame, packet, at, i32(packet.data(), at) + delta);
    }
  }

  /** Sets the acknowledgement number; only with flag ACK. SACK blocks stay. */
  public static void setAcknowledgement(Frame frame, Packet packet, int acknowledgement) {
    if (packet.has(Packet.ACK)) {
      put(frame, packet, packet.transport() + ACKNOWLEDGEMENT, acknowledgement);
    }
  }

  /** Sets the window as it stands in the header, 0 to 65535. */
  public static void setWindow(Frame frame, Packet packet, int window) {
    int at = packet.transport() + WINDOW;
    int before = packet.window();
    putU16(packet.data(), at, window);
    changed(frame, packet, at, before, window & 0xffff);
  }

  /** Adds to TSval (RFC 7323), if there is one. */
  public static void addToTimestamp(Frame frame, Packet packet, int delta) {
    int at = packet.timestamps();
    if (delta != 0 && at >= 0) {
      put(frame, packet, at, i32(packet.data(), at) + delta);
    }
  }

  /** Adds to TSecr, if it is valid: flag ACK, and not zero (RFC 7323 3.2). */
  public static void addToTimestampEcho(Frame frame, Packet packet, int delta) {
    int at = packet.timestamps() + 4;
    if (delta != 0 && at > 4 && packet.has(Packet.ACK) && i32(packet.data(), at) != 0) {
      put(frame, packet, at, i32(packet.data(), at) + delta);
    }
  }

  /** Sets TSval, if there is one. */
  public static void setTimestamp(Frame frame, Packet packet, int value) {
    if (packet.timestamps() >= 0) {
      put(frame, packet, packet.timestamps(), value);
    }
  }

  /** Sets TSval and TSecr, if there are any. */
  public static void setTimestamps(Frame frame, Packet packet, int value, int echo) {
    int at = packet.timestamps();
    if (at >= 0) {
      put(frame, packet, at, value);
      put(frame, packet, at + 4, echo);
    }
  }

  /**
   * Makes a segment acknowledge nothing above {@code max}: a higher acknowledgement becomes {@code
   * max}, SACK blocks are cut there, and those that begin at or above it are taken out (their
   * option's bytes become NOPs). Nothing without flag ACK.
   *
   * @return whether anything was above
   */
  public static boolean clampAcknowledgement(Frame frame, Packet packet, int max) {
    if (!packet.has(Packet.ACK)) {
      return false;
    }
    boolean above = packet.acknowledgement() - max > 0;
    if (above) {
      setAcknowledgement(frame, packet, max);
    }
    return clampSack(frame, packet, max) || above;
  }

  private static boolean clampSack(Frame frame, Packet packet, int max) {
    boolean above = false;
    for (int at = packet.sack(), left = packet.sackLength(); left > 0; at += 8, left -= 8) {
      above |= i32(packet.data(), at + 4) - max > 0 || i32(packet.data(), at) - max >= 0;
    }
    if (above) {
      cutSack(frame, packet, max);
    }
    return above;
  }

  private static void cutSack(Frame frame, Packet packet, int max) {
    byte[] data = packet.data();
    int from = packet.sack() - 2;
    int to = packet.sack() + packet.sackLength();
    int before = Checksums.sum(data, from, to);
    int kept = packet.sack();
    for (int at = packet.sack(); at < to; at += 8) {
      int left = i32(data, at);
      int right = i32(data, at + 4);
      if (left - max < 0) {
        putI32(data, kept, left);
        putI32(data, kept + 4, right - max > 0 ? max : right);
        kept += 8;
      }
    }
    data[from + 1] = (byte) (kept - from);
    java.util.Arrays.fill(data, kept == packet.sack() ? from : kept, to, (byte) NOP);
    changed(frame, packet, from, before, Checksums.sum(data, from, to));
  }

  /** Turns the SACK option into NOPs, if there is one. */
  public static void removeSack(Frame frame, Packet packet) {
    if (packet.sackLength() > 0) {
      int from = packet.sack() - 2;
      int to = packet.sack() + packet.sackLength();
      int before = Checksums.sum(packet.data(), from, to);
      java.util.Arrays.fill(packet.data(), from, to, (byte) NOP);
      changed(frame, packet, from, before, Checksums.sum(packet.data(), from, to));
    }
  }

  private static void put(Frame frame, Packet packet, int at, int value) {
    byte[] data = packet.data();
    int old = i32(data, at);
    putI32(data, at, value);
    changed(
        frame,
        packet,
        at,
        Checksums.fold(Integer.toUnsignedLong(old)),
        Checksums.fold(Integer.toUnsignedLong(value)));
  }

  private static void changed(Frame frame, Packet packet, int at, int before, int after) {
    if (!frame.needsChecksum()) {
      int field = packet.transport() + CHECKSUM;
      boolean odd = (at - packet.transport() & 1) != 0;
      byte[] data = packet.data();
      putU16(data, field, Checksums.update(u16(data, field), before, after, odd));
    }
  }

  /**
   * An empty segment with flag ACK that goes the same way as another of its connection: addresses,
   * VLAN tags, IP options, sequence, acknowledgement, window and timestamps are the other's; other
   * TCP options, congestion marks, content and the virtio-net header's fields are not taken over.
   * All checksums are complete.
   *
   * @param frame the other segment, not changed
   * @param packet its parse; not changed
   * @return a new frame, or null if headers are longer than 256 bytes
   */
  public static @Nullable Frame pureAcknowledgement(Frame frame, Packet packet) {
    boolean stamped = packet.timestamps() >= 0;
    int headers = packet.transport() - packet.start();
    int tcpLength = TCP_HEADER + (stamped ? TIMESTAMPS_BLOCK : 0);
    if (headers + tcpLength > MAX_TEMPLATE) {
      return null;
    }
    int vnet = frame.vnetLength();
    byte[] data = new byte[vnet + headers + tcpLength];
    System.arraycopy(packet.data(), packet.start(), data, vnet, headers + TCP_HEADER);
    int tcp = vnet + headers;
    putU16(data, tcp + OFFSET_AND_FLAGS, tcpLength << 10 | Packet.ACK);
    putU16(data, tcp + 18, 0); // urgent pointer
    if (stamped) {
      putI32(data, tcp + TCP_HEADER, NOP_NOP_TIMESTAMPS);
      System.arraycopy(packet.data(), packet.timestamps(), data, tcp + TCP_HEADER + 4, 8);
    }
    return complete(new Frame(data, vnet), vnet + packet.ipOffset() - packet.start(), packet.v6());
  }

  /** Lengths, marks and checksums. */
  private static Frame complete(Frame frame, int ip, boolean v6) {
    byte[] data = frame.bytes();
    if (v6) {
      putU16(data, ip + 4, data.length - ip - 40);
      data[ip + 1] &= (byte) 0xcf; // RFC 3168: the two ECN bits
    } else {
      putU16(data, ip + 2, data.length - ip);
      data[ip + 1] &= (byte) 0xfc;
    }
    Packet packet = new Packet();
    packet.parse(frame);
    Checksums.fillIpv4(packet);
    Checksums.fillTcp(packet);
    return frame;
  }
}
