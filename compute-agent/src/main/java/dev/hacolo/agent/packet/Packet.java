package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.i32;
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

  private final LinkHeader link = new LinkHeader();
  private final IpHeader ip = new IpHeader();
  private final TransportHeader transport = new TransportHeader();
  private byte[] data = {};
  private int start;
  private int end;
  private Kind kind = Kind.MALFORMED;

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
    kind = network(link.parse(bytes, offset, end));
    if (kind == Kind.MALFORMED) {
      clear();
    }
    return kind;
  }

  private void clear() {
    link.clear();
    ip.clear(start, end);
    transport.clear();
  }

  private Kind network(int type) {
    return switch (type) {
      case LinkHeader.TOO_SHORT -> Kind.MALFORMED;
      case LinkHeader.TYPE_IPV4 -> ip.parseV4(data, link.next, end) ? upperLayer() : Kind.MALFORMED;
      case LinkHeader.TYPE_IPV6 -> ip.parseV6(data, link.next, end) ? upperLayer() : Kind.MALFORMED;
      case LinkHeader.TYPE_ARP -> Kind.ARP;
      default -> Kind.OTHER;
    };
  }

  private Kind upperLayer() {
    return ip.fragment >= 0 ? Kind.FRAGMENT : transport.parse(data, ip);
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
    return link.vlans;
  }

  /** Whether the frame is IPv6. */
  public boolean v6() {
    return ip.v6;
  }

  /** Offset of the IP header, or -1. */
  public int ipOffset() {
    return ip.offset;
  }

  /** Number of the protocol over IP, behind IPv6's extension headers, or -1. */
  public int protocol() {
    return ip.protocol;
  }

  /** Offset of the TCP, UDP or ICMP header, or -1; a fragment has none. */
  public int transport() {
    return transport.offset;
  }

  /**
   * Offset and more-fragments bit of a fragment where its header has them: offset in bits 0-12 and
   * 0x2000 in IPv4, offset in bits 3-15 and 1 in IPv6. Else -1.
   */
  public int fragment() {
    return ip.fragment;
  }

  /**
   * Whether this is a fragment that may hold a part of a TCP segment. Behind further extension
   * headers of IPv6 the protocol stands in the first fragment only.
   */
  public boolean isPieceOfSegment() {
    return kind == Kind.FRAGMENT && ip.mayCarry(TransportHeader.TCP);
  }

  /**
   * Offset of the content: behind the TCP or UDP header, else behind the IP header and, in IPv6,
   * its extension headers, and behind the fragment header of a fragment. What is malformed or not
   * IP is content as a whole, from the Ethernet header on.
   */
  public int payload() {
    return ip.payload;
  }

  /** Bytes of content; Ethernet padding behind an IP packet is none. */
  public int payloadLength() {
    return ip.payloadEnd - ip.payload;
  }

  /** TCP sequence number. This and what follows, up to the window, is of TCP segments only. */
  public int sequence() {
    assert kind == Kind.TCP;
    return i32(data, transport.offset + 4);
  }

  /** Positions that a TCP segment takes: content, SYN and FIN. */
  public int sequenceLength() {
    int flags = flags();
    return payloadLength() + (flags >> 1 & 1) + (flags & 1);
  }

  /** TCP acknowledgement number; of use with flag ACK only. */
  public int acknowledgement() {
    assert kind == Kind.TCP;
    return i32(data, transport.offset + 8);
  }

  /** TCP flags, low 8 bits. */
  public int flags() {
    assert kind == Kind.TCP;
    return u8(data, transport.offset + 13);
  }

  /** Whether a TCP flag is set. */
  public boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  /** TCP window as in the header, not scaled. */
  public int window() {
    assert kind == Kind.TCP;
    return u16(data, transport.offset + 14);
  }

  /** TCP option maximum segment size, or -1; means nothing without SYN. */
  public int maxSegment() {
    return transport.options.maxSegment;
  }

  /** TCP option window scale, 0 to 14, or -1; means nothing without SYN. */
  public int windowScale() {
    return transport.options.windowScale;
  }

  /** Whether TCP option SACK-permitted is there; means nothing without SYN. */
  public boolean sackPermitted() {
    return transport.options.sackPermitted;
  }

  /** Offset of TSval, TSecr follows; -1 without TCP timestamps. */
  public int timestamps() {
    return transport.options.timestamps;
  }

  /** Offset of the first SACK block, or -1. */
  public int sack() {
    return transport.options.sack;
  }

  /** Bytes of all SACK blocks. */
  public int sackLength() {
    return transport.options.sackLength;
  }

  /**
   * Fills a key with the connection of this TCP segment, or the ends of this UDP datagram.
   *
   * @param nic number of the guest's NIC
   * @param fromGuest whether the guest sent the segment
   */
  public FlowKey flow(FlowKey key, int nic, boolean fromGuest) {
    assert kind == Kind.TCP || kind == Kind.UDP;
    return ip.ends(key, data, nic, link.vlans, transport.offset, fromGuest);
  }
}
