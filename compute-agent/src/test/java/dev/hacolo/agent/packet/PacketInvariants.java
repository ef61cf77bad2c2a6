package dev.hacolo.agent.packet;

/** What holds of a {@link Packet} whatever the bytes; for random tests and fuzz targets. */
final class PacketInvariants {
  private PacketInvariants() {}

  /**
   * Checks the packet last parsed and calls all that may be called.
   *
   * @throws AssertionError if an offset lies outside the frame or contradicts another
   */
  static void check(Packet packet) {
    int start = packet.start();
    int end = packet.end();
    holds(0 <= start && start <= end && end <= packet.data().length, "frame inside the array");
    inside(packet, packet.payload(), packet.payloadLength(), "content");
    holds(packet.fragment() == -1 || packet.transport() == -1, "no transport header in a fragment");
    switch (packet.kind()) {
      case TCP -> segment(packet);
      case UDP -> ends(packet, 8);
      case ICMP, NEIGHBOUR_DISCOVERY, OTHER_IP -> {
        ip(packet);
        holds(packet.transport() == packet.payload(), "content from the transport header on");
      }
      case FRAGMENT -> {
        ip(packet);
        holds(packet.fragment() > 0, "a fragment has its field");
      }
      case ARP, OTHER, MALFORMED -> {
        holds(packet.payload() == start && packet.payloadLength() == end - start, "all is content");
        holds(packet.ipOffset() == -1 && packet.transport() == -1, "no headers");
      }
    }
    holds(
        packet.kind() == Packet.Kind.TCP || (packet.timestamps() == -1 && packet.sack() == -1),
        "only TCP has options");
  }

  private static void ip(Packet packet) {
    inside(packet, packet.ipOffset(), packet.v6() ? 40 : 20, "IP header");
    holds(packet.protocol() >= 0 && packet.protocol() <= 255, "protocol");
    holds(packet.payload() >= packet.ipOffset() + (packet.v6() ? 40 : 20), "content behind IP");
  }

  private static void ends(Packet packet, int header) {
    ip(packet);
    inside(packet, packet.transport(), header, "transport header");
    holds(packet.payload() >= packet.transport() + header, "content behind the header");
    FlowKey key = packet.flow(new FlowKey(), 1, true);
    holds(key.equals(key.copy()) && key.vlans() == packet.vlans(), "key");
  }

  private static void segment(Packet packet) {
    ends(packet, 20);
    int options = packet.payload() - packet.transport() - 20;
    holds(options >= 0 && options <= 40, "TCP header length");
    if (packet.timestamps() != -1) {
      insideOptions(packet, packet.timestamps(), 8);
    }
    if (packet.sack() != -1) {
      insideOptions(packet, packet.sack(), packet.sackLength());
      holds(packet.sackLength() >= 8 && packet.sackLength() % 8 == 0, "whole SACK blocks");
    }
    holds(packet.windowScale() >= -1 && packet.windowScale() <= 14, "window scale");
    holds(packet.maxSegment() >= -1 && packet.maxSegment() <= 0xffff, "segment size");
    holds(packet.window() >= 0 && packet.window() <= 0xffff, "window");
    int more = (packet.has(Packet.SYN) ? 1 : 0) + (packet.has(Packet.FIN) ? 1 : 0);
    holds(packet.sequenceLength() == packet.payloadLength() + more, "sequence length");
  }

  private static void insideOptions(Packet packet, int at, int length) {
    holds(
        at >= packet.transport() + 22 && at + length <= packet.payload(), "option in the options");
  }

  private static void inside(Packet packet, int at, int length, String what) {
    holds(at >= packet.start() && length >= 0 && at + length <= packet.end(), what);
  }

  private static void holds(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
