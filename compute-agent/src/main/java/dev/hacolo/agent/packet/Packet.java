package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;
import static dev.hacolo.agent.packet.Bytes.i64;
import static dev.hacolo.agent.packet.Bytes.u16;
import static dev.hacolo.agent.packet.Bytes.u8;

import java.util.Objects;

/**
 * Where things are in an Ethernet frame. One object is used again and again, so that parsing
 * allocates nothing; all offsets are into the array last given to {@link #parse}. Not thread-safe.
 *
 * <p>Sources: IEEE 802.3 and 802.1Q, RFC 791, 8200, 9293, 7323 (timestamps), 2018 (SACK), 768, 4861
 * (neighbour discovery).
 */
public final class Packet {
  /** Neither tag, in {@link #vlans}. */
  public static final int NO_VLANS = 0xffffff;

  /** TCP flag. */
  public static final int FIN = 0x01;

  /** TCP flag. */
  public static final int SYN = 0x02;

  /** TCP flag. */
  public static final int RST = 0x04;

  /** TCP flag. */
  public static final int PSH = 0x08;

  /** TCP flag. */
  public static final int ACK = 0x10;

  private static final int ETHERNET_HEADER = 14;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_ARP = 0x0806;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_QINQ = 0x88a8;
  private static final int PROTOCOL_TCP = 6;
  private static final int PROTOCOL_UDP = 17;
  private static final int PROTOCOL_ICMP = 1;
  private static final int PROTOCOL_ICMPV6 = 58;

  private static final int NO_ID = 0xfff;
  private static final int IPV6_HEADER = 40;
  private static final int V4_FRAGMENT = 0x3fff;
  private static final int V6_FRAGMENT = 0xfff9;

  /** RFC 4861, 6.1 and 7.1: a router lowers it, so the sender is a neighbour. */
  private static final int ND_HOP_LIMIT = 255;

  private static final int EXT_HOP_BY_HOP = 0;
  private static final int EXT_ROUTING = 43;
  private static final int EXT_FRAGMENT = 44;
  private static final int EXT_DESTINATION = 60;

  /** What a frame is, as far as the rules of release care. */
  public enum Kind {
    /** A whole TCP segment. */
    TCP,
    /** A whole UDP datagram. */
    UDP,
    /** ICMP or ICMPv6, but not neighbour discovery. */
    ICMP,
    /** A fragment of an IP packet, whatever is in it. */
    FRAGMENT,
    /** Another protocol over IP, also IPsec (AH and ESP) with whatever is in it. */
    OTHER_IP,
    /** ARP. */
    ARP,
    /** ICMPv6 types 133 to 137 as a host accepts them: code 0, hop limit 255. */
    NEIGHBOUR_DISCOVERY,
    /** Not IP, or behind VLAN tags that are not understood. */
    OTHER,
    /** Too short, or its lengths contradict each other. */
    MALFORMED
  }

  private final SegmentOptions options = new SegmentOptions();
  private byte[] data = {};
  private int start;
  private int end;
  private Kind kind = Kind.MALFORMED;
  private int vlans;
  private boolean v6;
  private int ipOffset;
  private int protocol;
  private int transport;
  private int fragment;
  private int payload;
  private int payloadEnd;

  /** As after an empty frame. */
  public Packet() {
    parse(data, 0, 0);
  }

  /** Parses the Ethernet frame of a {@link Frame}. */
  public Kind parse(Frame frame) {
    return parse(frame.bytes(), frame.vnetLength(), frame.ethernetLength());
  }

  /**
   * Parses an Ethernet frame; never throws for any content.
   *
   * @throws IndexOutOfBoundsException if the range is not in the array
   */
  public Kind parse(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    data = bytes;
    start = offset;
    end = offset + length;
    clear();
    kind = link();
    if (kind == Kind.MALFORMED) {
      clear();
    }
    return kind;
  }

  private void clear() {
    vlans = NO_VLANS;
    v6 = false;
    ipOffset = -1;
    protocol = -1;
    transport = -1;
    fragment = -1;
    payload = start;
    payloadEnd = end;
    options.clear();
  }

  private Kind link() {
    if (end - start < ETHERNET_HEADER) {
      return Kind.MALFORMED;
    }
    int at = start + ETHERNET_HEADER;
    int type = u16(data, at - 2);
    for (int tags = 0; type == TYPE_VLAN || type == TYPE_QINQ; tags++) {
      if (end - at < 4) {
        return Kind.MALFORMED;
      }
      if (tags == 2 || !tag(u16(data, at) & NO_ID)) {
        return Kind.OTHER;
      }
      type = u16(data, at + 2);
      at += 4;
    }
    return switch (type) {
      case TYPE_IPV4 -> ipv4(at);
      case TYPE_IPV6 -> ipv6(at);
      case TYPE_ARP -> Kind.ARP;
      default -> Kind.OTHER;
    };
  }

  /** An id of 0 is a priority alone and names no VLAN (802.1Q): with and without is one flow. */
  private boolean tag(int id) {
    if (id != 0) {
      vlans = vlans == NO_VLANS ? (id << 12) | NO_ID : (vlans & ~NO_ID) | id;
    }
    return id != NO_ID;
  }

  private Kind ipv4(int at) {
    if (end - at < 20 || u8(data, at) >> 4 != 4) {
      return Kind.MALFORMED;
    }
    int header = (u8(data, at) & 15) * 4;
    int total = u16(data, at + 2);
    if (header < 20 || total < header || total > end - at) {
      return Kind.MALFORMED;
    }
    ipOffset = at;
    protocol = u8(data, at + 9);
    payload = at + header;
    payloadEnd = at + total;
    int field = u16(data, at + 6) & V4_FRAGMENT;
    if (field != 0) {
      fragment = field;
      return Kind.FRAGMENT;
    }
    return upperLayer();
  }

  private Kind ipv6(int at) {
    if (end - at < IPV6_HEADER || u8(data, at) >> 4 != 6) {
      return Kind.MALFORMED;
    }
    int length = u16(data, at + 4);
    if (length > end - at - IPV6_HEADER) {
      return Kind.MALFORMED;
    }
    ipOffset = at;
    v6 = true;
    payload = at + IPV6_HEADER;
    payloadEnd = payload + length;
    return extensions(u8(data, at + 6));
  }

  private Kind extensions(int first) {
    int next = first;
    while (isExtension(next)) {
      int header = payload;
      if (payloadEnd - header < 8) {
        return Kind.MALFORMED;
      }
      int size = next == EXT_FRAGMENT ? 8 : (u8(data, header + 1) + 1) * 8;
      if (size > payloadEnd - header) {
        return Kind.MALFORMED;
      }
      payload = header + size;
      int field = next == EXT_FRAGMENT ? u16(data, header + 2) & V6_FRAGMENT : 0;
      next = u8(data, header);
      if (field != 0) {
        protocol = next;
        fragment = field;
        return Kind.FRAGMENT;
      }
    }
    protocol = next;
    return upperLayer();
  }

  /** AH (RFC 4302) is none: what it protects cannot be rewritten, as little as in IPv4. */
  private static boolean isExtension(int next) {
    return next == EXT_HOP_BY_HOP
        || next == EXT_ROUTING
        || next == EXT_FRAGMENT
        || next == EXT_DESTINATION;
  }

  private Kind upperLayer() {
    transport = payload;
    return switch (protocol) {
      case PROTOCOL_TCP -> tcp();
      case PROTOCOL_UDP -> udp();
      case PROTOCOL_ICMP -> v6 ? Kind.OTHER_IP : icmp();
      case PROTOCOL_ICMPV6 -> v6 ? icmpv6() : Kind.OTHER_IP;
      default -> Kind.OTHER_IP;
    };
  }

  /**
   * Bytes behind the datagram's own length stay content: to compare too much costs a checkpoint at
   * most.
   */
  private Kind udp() {
    int available = payloadEnd - transport;
    if (available < 8) {
      return Kind.MALFORMED;
    }
    int length = u16(data, transport + 4);
    if (length < 8 || length > available) {
      return Kind.MALFORMED;
    }
    payload = transport + 8;
    return Kind.UDP;
  }

  private Kind icmp() {
    return payloadEnd - transport < 8 ? Kind.MALFORMED : Kind.ICMP;
  }

  private Kind icmpv6() {
    if (payloadEnd - transport < 4) {
      return Kind.MALFORMED;
    }
    int type = u8(data, transport);
    boolean discovery =
        type >= 133
            && type <= 137
            && u8(data, transport + 1) == 0
            && u8(data, ipOffset + 7) == ND_HOP_LIMIT;
    return discovery ? Kind.NEIGHBOUR_DISCOVERY : Kind.ICMP;
  }

  private Kind tcp() {
    if (payloadEnd - transport < 20) {
      return Kind.MALFORMED;
    }
    int header = (u8(data, transport + 12) >> 4) * 4;
    if (header < 20 || header > payloadEnd - transport) {
      return Kind.MALFORMED;
    }
    payload = transport + header;
    options.parse(data, transport + 20, payload);
    return Kind.TCP;
  }

  /** What the frame is. */
  public Kind kind() {
    return kind;
  }

  /** The array last parsed. */
  public byte[] data() {
    return data;
  }

  /** Offset of the Ethernet header. */
  public int start() {
    return start;
  }

  /** Offset behind the last byte of the frame. */
  public int end() {
    return end;
  }

  /** VLANs, see {@link FlowKey#set}; {@link #NO_VLANS} without, and if the frame is malformed. */
  public int vlans() {
    return vlans;
  }

  /** Whether the frame is IPv6. */
  public boolean v6() {
    return v6;
  }

  /** Offset of the IP header, or -1. */
  public int ipOffset() {
    return ipOffset;
  }

  /** Number of the protocol over IP, behind IPv6's extension headers, or -1. */
  public int protocol() {
    return protocol;
  }

  /** Offset of the TCP, UDP or ICMP header, or -1; a fragment has none. */
  public int transport() {
    return transport;
  }

  /**
   * Offset and more-fragments bit of a fragment where its header has them: offset in bits 0-12 and
   * 0x2000 in IPv4, offset in bits 3-15 and 1 in IPv6. Else -1.
   */
  public int fragment() {
    return fragment;
  }

  /**
   * Whether this is a fragment that may hold a part of a TCP segment. Behind further extension
   * headers of IPv6 the protocol stands in the first fragment only.
   */
  public boolean isPieceOfSegment() {
    return kind == Kind.FRAGMENT && (protocol == PROTOCOL_TCP || (v6 && isExtension(protocol)));
  }

  /**
   * Offset of the content: behind the TCP or UDP header, else behind the IP header and, in IPv6,
   * its extension headers, and behind the fragment header of a fragment. What is malformed or not
   * IP is content as a whole, from the Ethernet header on.
   */
  public int payload() {
    return payload;
  }

  /** Bytes of content; Ethernet padding behind an IP packet is none. */
  public int payloadLength() {
    return payloadEnd - payload;
  }

  /** TCP sequence number. This and what follows, up to the window, is of TCP segments only. */
  public int sequence() {
    assert kind == Kind.TCP;
    return i32(data, transport + 4);
  }

  /** Positions that a TCP segment takes: content, SYN and FIN. */
  public int sequenceLength() {
    int flags = flags();
    return payloadLength() + (flags >> 1 & 1) + (flags & 1);
  }

  /** TCP acknowledgement number; of use with flag ACK only. */
  public int acknowledgement() {
    assert kind == Kind.TCP;
    return i32(data, transport + 8);
  }

  /** TCP flags, low 8 bits. */
  public int flags() {
    assert kind == Kind.TCP;
    return u8(data, transport + 13);
  }

  /** Whether a TCP flag is set. */
  public boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  /** TCP window as in the header, not scaled. */
  public int window() {
    assert kind == Kind.TCP;
    return u16(data, transport + 14);
  }

  /** TCP option maximum segment size, or -1; means nothing without SYN. */
  public int maxSegment() {
    return options.maxSegment;
  }

  /** TCP option window scale, 0 to 14, or -1; means nothing without SYN. */
  public int windowScale() {
    return options.windowScale;
  }

  /** Whether TCP option SACK-permitted is there; means nothing without SYN. */
  public boolean sackPermitted() {
    return options.sackPermitted;
  }

  /** Offset of TSval, TSecr follows; -1 without TCP timestamps. */
  public int timestamps() {
    return options.timestamps;
  }

  /** Offset of the first SACK block, or -1. */
  public int sack() {
    return options.sack;
  }

  /** Bytes of all SACK blocks. */
  public int sackLength() {
    return options.sackLength;
  }

  /**
   * Fills a key with the connection of this TCP segment, or the ends of this UDP datagram.
   *
   * @param nic number of the guest's NIC
   * @param fromGuest whether the guest sent the segment
   */
  public FlowKey flow(FlowKey key, int nic, boolean fromGuest) {
    assert kind == Kind.TCP || kind == Kind.UDP;
    long sourceHigh = 0;
    long sourceLow;
    long targetHigh = 0;
    long targetLow;
    if (v6) {
      sourceHigh = i64(data, ipOffset + 8);
      sourceLow = i64(data, ipOffset + 16);
      targetHigh = i64(data, ipOffset + 24);
      targetLow = i64(data, ipOffset + 32);
    } else {
      sourceLow = Integer.toUnsignedLong(i32(data, ipOffset + 12));
      targetLow = Integer.toUnsignedLong(i32(data, ipOffset + 16));
    }
    int sourcePort = u16(data, transport);
    int targetPort = u16(data, transport + 2);
    return fromGuest
        ? key.set(
            nic, vlans, v6, sourceHigh, sourceLow, sourcePort, targetHigh, targetLow, targetPort)
        : key.set(
            nic, vlans, v6, targetHigh, targetLow, targetPort, sourceHigh, sourceLow, sourcePort);
  }
}
