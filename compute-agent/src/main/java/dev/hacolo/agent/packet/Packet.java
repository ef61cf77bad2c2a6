package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;
import static dev.hacolo.agent.packet.Bytes.i64;
import static dev.hacolo.agent.packet.Bytes.u16;
import static dev.hacolo.agent.packet.Bytes.u8;

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

  /** RFC 8200: hop-by-hop, routing, destination options; RFC 4302 (AH) counts in 4-byte units. */
  private static final int EXT_HOP_BY_HOP = 0;

  private static final int EXT_ROUTING = 43;
  private static final int EXT_FRAGMENT = 44;
  private static final int EXT_AUTHENTICATION = 51;
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
    /** Another protocol over IP. */
    OTHER_IP,
    /** ARP. */
    ARP,
    /** ICMPv6 types 133 to 137. */
    NEIGHBOUR_DISCOVERY,
    /** Not IP. */
    OTHER,
    /** Too short, or its lengths contradict each other. */
    MALFORMED
  }

  private byte[] data = new byte[0];
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
  private int sackPermitted;
  private int maxSegment;
  private int windowScale;
  private int timestamps;
  private int sack;
  private int sackLength;

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
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    data = bytes;
    start = offset;
    end = offset + length;
    vlans = NO_VLANS;
    v6 = false;
    ipOffset = -1;
    protocol = -1;
    transport = -1;
    fragment = -1;
    payload = offset;
    payloadEnd = end;
    kind = link();
    return kind;
  }

  private Kind link() {
    if (end - start < ETHERNET_HEADER) {
      return Kind.MALFORMED;
    }
    int at = start + ETHERNET_HEADER;
    int type = u16(data, at - 2);
    for (int tags = 0; type == TYPE_VLAN || type == TYPE_QINQ; tags++) {
      if (tags == 2) {
        return Kind.OTHER;
      }
      if (end - at < 4) {
        return Kind.MALFORMED;
      }
      int id = u16(data, at) & 0xfff;
      vlans = tags == 0 ? (id << 12) | 0xfff : (vlans & 0xfff000) | id;
      type = u16(data, at + 2);
      at += 4;
    }
    payload = at;
    return switch (type) {
      case TYPE_IPV4 -> ipv4(at);
      case TYPE_IPV6 -> ipv6(at);
      case TYPE_ARP -> Kind.ARP;
      default -> Kind.OTHER;
    };
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
    int fragmentField = u16(data, at + 6) & 0x3fff;
    if (fragmentField != 0) {
      fragment = fragmentField;
      return Kind.FRAGMENT;
    }
    return transport(payload);
  }

  private Kind ipv6(int at) {
    if (end - at < 40 || u8(data, at) >> 4 != 6) {
      return Kind.MALFORMED;
    }
    int length = u16(data, at + 4);
    if (length > end - at - 40) {
      return Kind.MALFORMED;
    }
    ipOffset = at;
    v6 = true;
    payload = at + 40;
    payloadEnd = payload + length;
    int next = u8(data, at + 6);
    while (isExtension(next)) {
      if (payloadEnd - payload < 8) {
        return Kind.MALFORMED;
      }
      int following = u8(data, payload);
      if (next == EXT_FRAGMENT) {
        int field = u16(data, payload + 2) & 0xfff9;
        payload += 8;
        next = following;
        if (field != 0) {
          protocol = next;
          fragment = field;
          return Kind.FRAGMENT;
        }
        continue;
      }
      int unit = next == EXT_AUTHENTICATION ? 4 : 8;
      int size = (u8(data, payload + 1) + (unit == 4 ? 2 : 1)) * unit;
      if (size > payloadEnd - payload) {
        return Kind.MALFORMED;
      }
      payload += size;
      next = following;
    }
    protocol = next;
    return transport(payload);
  }

  private static boolean isExtension(int next) {
    return next == EXT_HOP_BY_HOP
        || next == EXT_ROUTING
        || next == EXT_FRAGMENT
        || next == EXT_AUTHENTICATION
        || next == EXT_DESTINATION;
  }

  private Kind transport(int at) {
    transport = at;
    return switch (protocol) {
      case PROTOCOL_TCP -> tcp(at);
      case PROTOCOL_UDP -> udp(at);
      case PROTOCOL_ICMP -> v6 ? Kind.OTHER_IP : icmp(at);
      case PROTOCOL_ICMPV6 -> v6 ? icmpv6(at) : Kind.OTHER_IP;
      default -> Kind.OTHER_IP;
    };
  }

  private Kind udp(int at) {
    if (payloadEnd - at < 8) {
      return Kind.MALFORMED;
    }
    payload = at + 8;
    return Kind.UDP;
  }

  private Kind icmp(int at) {
    return payloadEnd - at < 8 ? Kind.MALFORMED : Kind.ICMP;
  }

  private Kind icmpv6(int at) {
    if (payloadEnd - at < 4) {
      return Kind.MALFORMED;
    }
    int type = u8(data, at);
    return type >= 133 && type <= 137 ? Kind.NEIGHBOUR_DISCOVERY : Kind.ICMP;
  }

  private Kind tcp(int at) {
    if (payloadEnd - at < 20) {
      return Kind.MALFORMED;
    }
    int header = (u8(data, at + 12) >> 4) * 4;
    if (header < 20 || header > payloadEnd - at) {
      return Kind.MALFORMED;
    }
    payload = at + header;
    options(at + 20, payload);
    return Kind.TCP;
  }

  /** A broken option ends the list, as it does in Linux. */
  private void options(int from, int to) {
    sackPermitted = 0;
    maxSegment = -1;
    windowScale = -1;
    timestamps = -1;
    sack = -1;
    sackLength = 0;
    int at = from;
    while (at < to) {
      int type = u8(data, at);
      if (type == 0) {
        return;
      }
      if (type == 1) {
        at++;
        continue;
      }
      if (to - at < 2) {
        return;
      }
      int size = u8(data, at + 1);
      if (size < 2 || size > to - at) {
        return;
      }
      option(type, size, at);
      at += size;
    }
  }

  private void option(int type, int size, int at) {
    if (type == 2 && size == 4) {
      maxSegment = u16(data, at + 2);
    } else if (type == 3 && size == 3) {
      windowScale = Math.min(14, u8(data, at + 2));
    } else if (type == 4 && size == 2) {
      sackPermitted = 1;
    } else if (type == 5 && size >= 10 && (size - 2) % 8 == 0) {
      sack = at + 2;
      sackLength = size - 2;
    } else if (type == 8 && size == 10) {
      timestamps = at + 2;
    }
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

  /** VLAN tags, see {@link FlowKey#set}; {@link #NO_VLANS} without. */
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

  /** Number of the protocol over IP, or -1. */
  public int protocol() {
    return protocol;
  }

  /** Offset of the TCP, UDP or ICMP header, or -1; a fragment has none. */
  public int transport() {
    return transport;
  }

  /** Offset and more-fragments bits of a fragment as in its header (IP version's own), else -1. */
  public int fragment() {
    return fragment;
  }

  /** Offset of the content: behind the TCP or UDP header, else behind the IP header. */
  public int payload() {
    return payload;
  }

  /** Bytes of content, without Ethernet padding. */
  public int payloadLength() {
    return payloadEnd - payload;
  }

  /** TCP sequence number. */
  public int sequence() {
    return i32(data, transport + 4);
  }

  /** Positions that a TCP segment takes: content, SYN and FIN. */
  public int sequenceLength() {
    int flags = flags();
    return payloadLength() + (flags >> 1 & 1) + (flags & 1);
  }

  /** TCP acknowledgement number; of use with flag ACK only. */
  public int acknowledgement() {
    return i32(data, transport + 8);
  }

  /** TCP flags, low 8 bits. */
  public int flags() {
    return u8(data, transport + 13);
  }

  /** Whether a TCP flag is set. */
  public boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  /** TCP window as in the header, not scaled. */
  public int window() {
    return u16(data, transport + 14);
  }

  /** TCP option maximum segment size, or -1. */
  public int maxSegment() {
    return maxSegment;
  }

  /** TCP option window scale, 0 to 14, or -1. */
  public int windowScale() {
    return windowScale;
  }

  /** Whether TCP option SACK-permitted is there. */
  public boolean sackPermitted() {
    return sackPermitted != 0;
  }

  /** Offset of TSval, TSecr follows; -1 without TCP timestamps. */
  public int timestamps() {
    return timestamps;
  }

  /** Offset of the first SACK block, or -1. */
  public int sack() {
    return sack;
  }

  /** Bytes of all SACK blocks. */
  public int sackLength() {
    return sackLength;
  }

  /**
   * Fills a key with this TCP segment's connection.
   *
   * @param nic number of the guest's NIC
   * @param fromGuest whether the guest sent the segment
   */
  public FlowKey flow(FlowKey key, int nic, boolean fromGuest) {
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
