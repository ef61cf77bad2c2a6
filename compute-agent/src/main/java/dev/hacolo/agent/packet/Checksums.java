package dev.hacolo.agent.packet;

/**
 * The Internet checksum: one's complement sums of 16-bit words (RFC 1071), and its update when a
 * part of the data changes (RFC 1624, equation 3).
 *
 * <p>A <em>sum</em> here is folded to 16 bits and not complemented. Zero has two forms in one's
 * complement; a sum of data that are not all zero is never 0x0000, and equation 3 keeps it so.
 */
public final class Checksums {
  private static final int IPV4_CHECKSUM = 10;
  private static final int TCP_CHECKSUM = 16;
  private static final int IPV6_HEADER = 40;

  private Checksums() {}

  /**
   * Sum of a range; a last odd byte counts as the high half of a word.
   *
   * @throws IndexOutOfBoundsException if the range is not in the array
   */
  public static int sum(byte[] data, int from, int to) {
    long sum = 0;
    int at = from;
    // Words of 32 bits are congruent to their two halves; 2^31 of them fit into the long.
    for (; at <= to - 8; at += 8) {
      long word = Bytes.i64(data, at);
      sum += (word >>> 32) + (word & 0xffffffffL);
    }
    for (; at <= to - 2; at += 2) {
      sum += Bytes.u16(data, at);
    }
    if (at < to) {
      sum += (long) Bytes.u8(data, at) << 8;
    }
    return fold(sum);
  }

  /** Folds a sum of many words to 16 bits. */
  public static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded >>> 16) + (folded & 0xffff);
    }
    return (int) folded;
  }

  /**
   * The checksum field after a change: {@code HC' = ~(~HC + ~m + m')}.
   *
   * @param checksum the field before
   * @param before sum of the range before the change
   * @param after sum of the range after it
   * @param odd whether the range begins at an odd distance from the begin of the checksummed data
   */
  public static int update(int checksum, int before, int after, boolean odd) {
    int difference = fold((~before & 0xffff) + after);
    if (odd) {
      difference = (difference & 0xff) << 8 | difference >>> 8; // RFC 1071 (2B): byte order
    }
    return ~fold((~checksum & 0xffff) + difference) & 0xffff;
  }

  /** Sum of the pseudo header of a packet's transport (RFC 9293 3.1, RFC 8200 8.1). */
  public static int pseudoHeader(Packet packet) {
    byte[] data = packet.data();
    int ip = packet.ipOffset();
    int length = packet.payload() + packet.payloadLength() - packet.transport();
    int addresses = packet.v6() ? sum(data, ip + 8, ip + 40) : sum(data, ip + 12, ip + 20);
    return fold((long) addresses + length + packet.protocol());
  }

  /**
   * Whether every guest discards a TCP segment for its checksum (RFC 9293 3.1). Behind extension
   * headers of IPv6 it is not known, so it is not said: they may put another address into the sum
   * (RFC 6275 6.3).
   */
  public static boolean isBroken(Frame frame, Packet packet) {
    if (frame.hasTrustedChecksum()
        || (packet.v6() && packet.transport() - packet.ipOffset() > IPV6_HEADER)) {
      return false;
    }
    int end = packet.payload() + packet.payloadLength();
    long sum = (long) pseudoHeader(packet) + sum(packet.data(), packet.transport(), end);
    return fold(sum) != 0xffff;
  }

  /** Writes the header checksum of an IPv4 packet; nothing for IPv6. */
  public static void fillIpv4(Packet packet) {
    if (!packet.v6()) {
      byte[] data = packet.data();
      int ip = packet.ipOffset();
      Bytes.putU16(data, ip + IPV4_CHECKSUM, 0);
      int sum = sum(data, ip, ip + (Bytes.u8(data, ip) & 15) * 4);
      Bytes.putU16(data, ip + IPV4_CHECKSUM, ~sum);
    }
  }

  /** Writes the whole checksum of a TCP segment. */
  public static void fillTcp(Packet packet) {
    byte[] data = packet.data();
    int field = packet.transport() + TCP_CHECKSUM;
    Bytes.putU16(data, field, 0);
    int end = packet.payload() + packet.payloadLength();
    long sum = (long) pseudoHeader(packet) + sum(data, packet.transport(), end);
    Bytes.putU16(data, field, ~fold(sum));
  }
}
