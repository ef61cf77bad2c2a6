package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.Packet.Kind;

/**
 * Digest of a frame that is matched as a whole: NIC, MAC addresses, VLANs, IP addresses, protocol,
 * IP options, place of a fragment, ports, content, and how QEMU is to cut it. Not in it: TTL, TOS,
 * flow label, IP identification, checksums, Ethernet padding.
 */
final class FrameDigest {
  private static final int GSO_TYPE = 1;
  private static final int GSO_SIZE = 4;
  private static final int MAC_ADDRESSES = 12;

  private final ContentDigest.Sum sum;
  private final byte[] head = new byte[24];

  FrameDigest(ContentDigest digest) {
    sum = digest.sum();
  }

  ContentDigest.Value of(int nic, Frame frame, Packet packet) {
    head(nic, frame, packet);
    Kind kind = packet.kind();
    if (kind == Kind.OTHER || kind == Kind.MALFORMED) {
      return sum.add(packet.data(), packet.start(), packet.end() - packet.start()).value();
    }
    sum.add(packet.data(), packet.start(), MAC_ADDRESSES);
    ip(packet);
    if (kind == Kind.UDP) {
      content(packet, 6, 8);
    } else if (kind == Kind.ICMP) {
      content(packet, 2, 4);
    } else {
      sum.add(packet.data(), packet.payload(), packet.payloadLength());
    }
    return sum.value();
  }

  /** Everything of variable length behind it is fixed by the lengths in it. */
  private void head(int nic, Frame frame, Packet packet) {
    boolean offloads = frame.vnetLength() >= 10;
    byte[] bytes = frame.bytes();
    Bytes.putI32(head, 0, nic);
    Bytes.putI32(head, 4, packet.vlans());
    Bytes.putI32(head, 8, packet.fragment());
    Bytes.putU16(head, 12, packet.ipOffset() < 0 ? 0 : headersEnd(packet) - packet.ipOffset());
    head[14] = number(packet.kind());
    head[15] = (byte) (packet.v6() ? 1 : 0);
    head[16] = offloads ? bytes[GSO_TYPE] : 0;
    head[17] = offloads ? bytes[GSO_SIZE] : 0;
    head[18] = offloads ? bytes[GSO_SIZE + 1] : 0;
    Bytes.putI32(head, 20, packet.protocol());
    sum.clear().add(head, 0, head.length);
  }

  /** Both agents must use the same numbers. */
  private static byte number(Kind kind) {
    return switch (kind) {
      case TCP -> 1;
      case UDP -> 2;
      case ICMP -> 3;
      case FRAGMENT -> 4;
      case OTHER_IP -> 5;
      case ARP -> 6;
      case NEIGHBOUR_DISCOVERY -> 7;
      case OTHER -> 8;
      case MALFORMED -> 9;
    };
  }

  private static int headersEnd(Packet packet) {
    return packet.transport() >= 0 ? packet.transport() : packet.payload();
  }

  private void ip(Packet packet) {
    int at = packet.ipOffset();
    int addresses = packet.v6() ? at + 8 : at + 12;
    int end = headersEnd(packet);
    // The last four bytes of a fragment header (RFC 8200, section 4.5) are its identification.
    int skipped = packet.v6() && packet.kind() == Kind.FRAGMENT ? 4 : 0;
    sum.add(packet.data(), addresses, end - addresses - skipped);
  }

  /** Transport header and content without the checksum in the middle. */
  private void content(Packet packet, int checksum, int behind) {
    int at = packet.transport();
    int end = packet.payload() + packet.payloadLength();
    sum.add(packet.data(), at, checksum);
    sum.add(packet.data(), at + behind, end - at - behind);
  }
}
