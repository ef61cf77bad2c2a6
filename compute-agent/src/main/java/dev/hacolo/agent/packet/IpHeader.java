package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;
import static dev.hacolo.agent.packet.Bytes.i64;
import static dev.hacolo.agent.packet.Bytes.u16;
import static dev.hacolo.agent.packet.Bytes.u8;

/** The IP header of one packet, with IPv6's extension headers (RFC 791, 8200). */
final class IpHeader {
  private static final int V6_HEADER = 40;
  private static final int V4_FRAGMENT = 0x3fff;
  private static final int V6_FRAGMENT = 0xfff9;

  private static final int EXT_HOP_BY_HOP = 0;
  private static final int EXT_ROUTING = 43;
  private static final int EXT_FRAGMENT = 44;
  private static final int EXT_DESTINATION = 60;

  boolean v6;
  int offset;
  int protocol;

  /** See {@link Packet#fragment}. */
  int fragment;

  /** Begin of the content, see {@link Packet#payload}; behind this header until that is told. */
  int payload;

  int payloadEnd;

  /** Without IP everything is content. */
  void clear(int start, int end) {
    payload = start;
    payloadEnd = end;
    v6 = false;
    offset = -1;
    protocol = -1;
    fragment = -1;
  }

  /** Returns false if its lengths contradict each other. */
  boolean parseV4(byte[] data, int at, int end) {
    if (end - at < 20 || u8(data, at) >> 4 != 4) {
      return false;
    }
    int header = (u8(data, at) & 15) * 4;
    int total = u16(data, at + 2);
    if (header < 20 || total < header || total > end - at) {
      return false;
    }
    offset = at;
    protocol = u8(data, at + 9);
    payload = at + header;
    payloadEnd = at + total;
    int field = u16(data, at + 6) & V4_FRAGMENT;
    if (field != 0) {
      fragment = field;
    }
    return true;
  }

  /** Returns false if its lengths contradict each other. */
  boolean parseV6(byte[] data, int at, int end) {
    if (end - at < V6_HEADER || u8(data, at) >> 4 != 6) {
      return false;
    }
    int length = u16(data, at + 4);
    if (length > end - at - V6_HEADER) {
      return false;
    }
    offset = at;
    v6 = true;
    payload = at + V6_HEADER;
    payloadEnd = payload + length;
    return extensions(data, u8(data, at + 6));
  }

  /** Behind a fragment's header nothing is a header for certain. */
  private boolean extensions(byte[] data, int first) {
    int next = first;
    while (isExtension(next) && fragment < 0) {
      int header = payload;
      if (payloadEnd - header < 8) {
        return false;
      }
      int size = next == EXT_FRAGMENT ? 8 : (u8(data, header + 1) + 1) * 8;
      if (size > payloadEnd - header) {
        return false;
      }
      payload = header + size;
      int field = next == EXT_FRAGMENT ? u16(data, header + 2) & V6_FRAGMENT : 0;
      next = u8(data, header);
      if (field != 0) {
        fragment = field;
      }
    }
    protocol = next;
    return true;
  }

  /** AH (RFC 4302) is none: what it protects cannot be rewritten, as little as in IPv4. */
  private static boolean isExtension(int next) {
    return next == EXT_HOP_BY_HOP
        || next == EXT_ROUTING
        || next == EXT_FRAGMENT
        || next == EXT_DESTINATION;
  }

  /**
   * Whether a fragment may be one of a packet of this protocol. Behind further extension headers of
   * IPv6 the protocol stands in the first fragment only.
   */
  boolean mayCarry(int wanted) {
    return protocol == wanted || (v6 && isExtension(protocol));
  }

  /** Fills a key, see {@link Packet#flow}; ports begin at {@code ports}. */
  FlowKey ends(FlowKey key, byte[] data, int nic, int vlans, int ports, boolean fromGuest) {
    long sourceHigh = 0;
    long sourceLow;
    long targetHigh = 0;
    long targetLow;
    if (v6) {
      sourceHigh = i64(data, offset + 8);
      sourceLow = i64(data, offset + 16);
      targetHigh = i64(data, offset + 24);
      targetLow = i64(data, offset + 32);
    } else {
      sourceLow = Integer.toUnsignedLong(i32(data, offset + 12));
      targetLow = Integer.toUnsignedLong(i32(data, offset + 16));
    }
    int sourcePort = u16(data, ports);
    int targetPort = u16(data, ports + 2);
    return fromGuest
        ? key.set(
            nic, vlans, v6, sourceHigh, sourceLow, sourcePort, targetHigh, targetLow, targetPort)
        : key.set(
            nic, vlans, v6, targetHigh, targetLow, targetPort, sourceHigh, sourceLow, sourcePort);
  }
}
