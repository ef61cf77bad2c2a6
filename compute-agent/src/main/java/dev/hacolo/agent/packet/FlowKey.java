package dev.hacolo.agent.packet;

import java.util.Comparator;

/**
 * Names a TCP connection as the guest sees it: NIC, VLAN tags, and both ends. Equal for frames of
 * both directions. Mutable, so that a lookup needs no allocation; a key that is kept is a {@link
 * #copy}.
 *
 * <p>Clients choose addresses and ports and could choose keys of one hash. Keys are ordered for the
 * sake of {@link java.util.HashMap}, which then still finds one in logarithmic time.
 */
public final class FlowKey implements Comparable<FlowKey> {
  private static final Comparator<FlowKey> ORDER =
      Comparator.comparingInt((FlowKey key) -> key.ports)
          .thenComparingLong(key -> key.clientLow)
          .thenComparingLong(key -> key.clientHigh)
          .thenComparingLong(key -> key.guestLow)
          .thenComparingLong(key -> key.guestHigh)
          .thenComparingInt(key -> key.vlans)
          .thenComparingInt(key -> key.nic)
          .thenComparing(key -> key.v6);

  private long guestHigh;
  private long guestLow;
  private long clientHigh;
  private long clientLow;
  private int ports;
  private int vlans;
  private short nic;
  private boolean v6;
  private int hash;

  /** An empty key, to be {@link #set}. */
  public FlowKey() {}

  /**
   * Fills the key.
   *
   * @param nic number of the guest's NIC, 0 to 255
   * @param vlans outer tag's id in bits 12-23, inner tag's in bits 0-11; 0xfff is never an id, so a
   *     missing tag is 0xfff; tags without an id (0) are left out, and the types 802.1Q and 802.1ad
   *     are not told apart
   * @param v6 whether the addresses are IPv6; IPv4 addresses are in the low 32 bits
   * @param guestPort 0 to 65535
   * @param clientPort 0 to 65535
   */
  public FlowKey set(
      int nic,
      int vlans,
      boolean v6,
      long guestHigh,
      long guestLow,
      int guestPort,
      long clientHigh,
      long clientLow,
      int clientPort) {
    this.nic = (short) nic;
    this.vlans = vlans;
    this.v6 = v6;
    this.guestHigh = guestHigh;
    this.guestLow = guestLow;
    this.clientHigh = clientHigh;
    this.clientLow = clientLow;
    this.ports = guestPort << 16 | clientPort;
    this.hash = mix();
    return this;
  }

  private int mix() {
    long h = guestLow * 0x9E3779B97F4A7C15L + clientLow;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + clientHigh + guestHigh;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + (Integer.toUnsignedLong(ports) << 16) + vlans + nic;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return (int) (h ^ h >>> 32);
  }

  /** A key of its own. */
  public FlowKey copy() {
    return new FlowKey()
        .set(nic, vlans, v6, guestHigh, guestLow, guestPort(), clientHigh, clientLow, clientPort());
  }

  /** Number of the guest's NIC. */
  public int nic() {
    return nic & 0xffff;
  }

  /** VLAN tags, as in {@link #set}. */
  public int vlans() {
    return vlans;
  }

  /** Whether the addresses are IPv6. */
  public boolean v6() {
    return v6;
  }

  /** High half of the guest's address, 0 for IPv4. */
  public long guestHigh() {
    return guestHigh;
  }

  /** Low half of the guest's address, or its IPv4 address. */
  public long guestLow() {
    return guestLow;
  }

  /** High half of the other end's address, 0 for IPv4. */
  public long clientHigh() {
    return clientHigh;
  }

  /** Low half of the other end's address, or its IPv4 address. */
  public long clientLow() {
    return clientLow;
  }

  /** The guest's TCP port. */
  public int guestPort() {
    return ports >>> 16;
  }

  /** The other end's TCP port. */
  public int clientPort() {
    return ports & 0xffff;
  }

  /** An order that means nothing, but agrees with {@link #equals}. */
  @Override
  public int compareTo(FlowKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlowKey o
        && hash == o.hash
        && ports == o.ports
        && clientLow == o.clientLow
        && guestLow == o.guestLow
        && clientHigh == o.clientHigh
        && guestHigh == o.guestHigh
        && vlans == o.vlans
        && nic == o.nic
        && v6 == o.v6;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "nic%d %s:%d-%s:%d%s"
        .formatted(
            nic(),
            address(guestHigh, guestLow),
            guestPort(),
            address(clientHigh, clientLow),
            clientPort(),
            vlans == Packet.NO_VLANS ? "" : " vlans %x".formatted(vlans));
  }

  private String address(long high, long low) {
    return v6
        ? "[%x:%x:%x:%x:%x:%x:%x:%x]"
            .formatted(
                high >>> 48,
                high >>> 32 & 0xffff,
                high >>> 16 & 0xffff,
                high & 0xffff,
                low >>> 48,
                low >>> 32 & 0xffff,
                low >>> 16 & 0xffff,
                low & 0xffff)
        : "%d.%d.%d.%d".formatted(low >>> 24 & 255, low >>> 16 & 255, low >>> 8 & 255, low & 255);
  }
}
