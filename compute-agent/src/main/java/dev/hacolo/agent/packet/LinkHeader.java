package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.u16;

/** The Ethernet header of one frame and its VLAN tags (IEEE 802.3, 802.1Q). */
final class LinkHeader {
  static final int TYPE_IPV4 = 0x0800;
  static final int TYPE_ARP = 0x0806;
  static final int TYPE_IPV6 = 0x86dd;

  /** Ends within its headers. */
  static final int TOO_SHORT = -1;

  /** Behind VLAN tags that nobody is known to use. */
  static final int NOT_UNDERSTOOD = -2;

  private static final int HEADER = 14;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_QINQ = 0x88a8;
  private static final int NO_ID = 0xfff;

  /** See {@link Packet#vlans}. */
  int vlans;

  /** Offset of what follows, if its type is known. */
  int next;

  void clear() {
    vlans = Packet.NO_VLANS;
  }

  /** Returns the type of what follows, or one of those below 0. */
  int parse(byte[] data, int start, int end) {
    if (end - start < HEADER) {
      return TOO_SHORT;
    }
    int at = start + HEADER;
    int found = u16(data, at - 2);
    for (int tags = 0; found == TYPE_VLAN || found == TYPE_QINQ; tags++) {
      if (end - at < 4) {
        return TOO_SHORT;
      }
      if (tags == 2 || !tag(u16(data, at) & NO_ID)) {
        return NOT_UNDERSTOOD;
      }
      found = u16(data, at + 2);
      at += 4;
    }
    next = at;
    return found;
  }

  /** An id of 0 is a priority alone and names no VLAN (802.1Q): with and without is one flow. */
  private boolean tag(int id) {
    if (id != 0) {
      vlans = vlans == Packet.NO_VLANS ? (id << 12) | NO_ID : (vlans & ~NO_ID) | id;
    }
    return id != NO_ID;
  }
}
