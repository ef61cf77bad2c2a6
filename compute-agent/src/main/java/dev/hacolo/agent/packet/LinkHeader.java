package dev.hacolo.agent.packet;

import static dev.hacolo.agent.packet.Bytes.u16;

/** The Ethernet header of one frame and its VLAN tags (IEEE 802.3, 802.1Q). */
final class LinkHeader {
  static final int TYPE_IPV4 = 0x0800;
  static final int TYPE_ARP = 0x0806;
  static final int TYPE_IPV6 = 0x86dd;

  private static final int HEADER = 14;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_QINQ = 0x88a8;
  private static final int NO_ID = 0xfff;

  /** See {@link Packet#vlans}. */
  int vlans;

  /** Behind the tags; 0 if they are not understood. */
  int type;

  /** Offset of what follows. */
  int next;

  void clear() {
    vlans = Packet.NO_VLANS;
    type = 0;
    next = -1;
  }

  /** Returns false if the frame is too short. */
  boolean parse(byte[] data, int start, int end) {
    if (end - start < HEADER) {
      return false;
    }
    int at = start + HEADER;
    int found = u16(data, at - 2);
    for (int tags = 0; found == TYPE_VLAN || found == TYPE_QINQ; tags++) {
      if (end - at < 4) {
        return false;
      }
      if (tags == 2 || !tag(u16(data, at) & NO_ID)) {
        return true;
      }
      found = u16(data, at + 2);
      at += 4;
    }
    type = found;
    next = at;
    return true;
  }

  /** An id of 0 is a priority alone and names no VLAN (802.1Q): with and without is one flow. */
  private boolean tag(int id) {
    if (id != 0) {
      vlans = vlans == Packet.NO_VLANS ? (id << 12) | NO_ID : (vlans & ~NO_ID) | id;
    }
    return id != NO_ID;
  }
}
