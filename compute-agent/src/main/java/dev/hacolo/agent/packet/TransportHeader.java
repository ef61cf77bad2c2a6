package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.u16;
import static dev.hacolo.agent.packet.Bytes.u8;

import dev.hacolo.agent.packet.Packet.Kind;

/** What stands behind the IP header of one whole packet: TCP, UDP, ICMP or something else. */
final class TransportHeader {
  static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  /** RFC 4861, 6.1 and 7.1: a router lowers it, so the sender is a neighbour. */
  private static final int ND_HOP_LIMIT = 255;

  final SegmentOptions options = new SegmentOptions();
  int offset;

  void clear() {
    offset = -1;
    options.clear();
  }

  /** Puts the content's begin behind a TCP or UDP header. */
  Kind parse(byte[] data, IpHeader ip) {
    offset = ip.payload;
    int available = ip.payloadEnd - offset;
    return switch (ip.protocol) {
      case TCP -> tcp(data, available, ip);
      case UDP -> udp(data, available, ip);
      case ICMP -> ip.v6 ? Kind.OTHER_IP : icmp(available);
      case ICMPV6 -> ip.v6 ? icmpv6(data, available, ip) : Kind.OTHER_IP;
      default -> Kind.OTHER_IP;
    };
  }

  private Kind tcp(byte[] data, int available, IpHeader ip) {
    if (available < 20) {
      return Kind.MALFORMED;
    }
    int header = (u8(data, offset + 12) >> 4) * 4;
    if (header < 20 || header > available) {
      return Kind.MALFORMED;
    }
    ip.payload = offset + header;
    options.parse(data, offset + 20, ip.payload);
    return Kind.TCP;
  }

  /**
   * Bytes behind the datagram's own length stay content: to compare too much costs a checkpoint at
   * most.
   */
  private Kind udp(byte[] data, int available, IpHeader ip) {
    if (available < 8) {
      return Kind.MALFORMED;
    }
    int length = u16(data, offset + 4);
    if (length < 8 || length > available) {
      return Kind.MALFORMED;
    }
    ip.payload = offset + 8;
    return Kind.UDP;
  }

  private static Kind icmp(int available) {
    return available < 8 ? Kind.MALFORMED : Kind.ICMP;
  }

  private Kind icmpv6(byte[] data, int available, IpHeader ip) {
    if (available < 4) {
      return Kind.MALFORMED;
    }
    int type = u8(data, offset);
    boolean discovery =
        type >= 133
            && type <= 137
            && u8(data, offset + 1) == 0
            && u8(data, ip.offset + 7) == ND_HOP_LIMIT;
    return discovery ? Kind.NEIGHBOUR_DISCOVERY : Kind.ICMP;
  }
}
