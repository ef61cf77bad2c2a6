package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.io.ByteArrayOutputStream;

/**
 * Frames of one guest (10.0.0.2 or fd00::2, MAC 02:00:00:00:00:02) and one client (10.0.0.9 or
 * fd00::9). Checksums of TCP are right, others 0: nobody here looks at them.
 */
public final class Segments {
  static final int VNET = 12;

  private boolean v6;
  private int[] vlans = {};
  private boolean fromGuest = true;
  private int guestPort = 80;
  private int clientPort = 4000;
  private int options;
  private int timestamp;

  static final int MSS = 1;
  static final int WINDOW_SCALE = 2;
  static final int TIMESTAMPS = 4;
  static final int SACK_PERMITTED = 8;

  Segments v6() {
    v6 = true;
    return this;
  }

  Segments vlans(int... ids) {
    vlans = ids;
    return this;
  }

  public Segments fromGuest(boolean yes) {
    fromGuest = yes;
    return this;
  }

  public Segments ports(int guest, int client) {
    guestPort = guest;
    clientPort = client;
    return this;
  }

  Segments options(int set, int stamp) {
    options = set;
    timestamp = stamp;
    return this;
  }

  public Frame tcp(int flags, int sequence, int acknowledgement, byte[] content) {
    byte[] opts = optionBytes();
    byte[] segment = new byte[20 + opts.length + content.length];
    Bytes.putU16(segment, 0, fromGuest ? guestPort : clientPort);
    Bytes.putU16(segment, 2, fromGuest ? clientPort : guestPort);
    Bytes.putI32(segment, 4, sequence);
    Bytes.putI32(segment, 8, acknowledgement);
    segment[12] = (byte) ((20 + opts.length) << 2);
    segment[13] = (byte) flags;
    Bytes.putU16(segment, 14, 0xffff);
    System.arraycopy(opts, 0, segment, 20, opts.length);
    System.arraycopy(content, 0, segment, 20 + opts.length, content.length);
    return ip(6, 0, segment);
  }

  private byte[] optionBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if ((options & MSS) != 0) {
      out.writeBytes(new byte[] {2, 4, 5, (byte) 0xb4});
    }
    if ((options & SACK_PERMITTED) != 0) {
      out.writeBytes(new byte[] {1, 1, 4, 2});
    }
    if ((options & TIMESTAMPS) != 0) {
      byte[] stamp = {1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 1};
      Bytes.putI32(stamp, 4, timestamp);
      out.writeBytes(stamp);
    }
    if ((options & WINDOW_SCALE) != 0) {
      out.writeBytes(new byte[] {1, 3, 3, 7});
    }
    return out.toByteArray();
  }

  public Frame udp(byte[] content) {
    byte[] datagram = new byte[8 + content.length];
    Bytes.putU16(datagram, 0, fromGuest ? guestPort : clientPort);
    Bytes.putU16(datagram, 2, fromGuest ? clientPort : guestPort);
    Bytes.putU16(datagram, 4, datagram.length);
    System.arraycopy(content, 0, datagram, 8, content.length);
    return ip(17, 0, datagram);
  }

  /** An IPv4 fragment: {@code field} is flags and offset as in the header. */
  public Frame fragment(int field, byte[] content) {
    return ip(17, field, content);
  }

  /** An IP packet; neighbour discovery and echo are made with protocol 58 and 1. */
  Frame ip(int protocol, int fragment, byte[] content) {
    int header = v6 ? 40 : 20;
    byte[] packet = new byte[header + content.length];
    byte guest = 2;
    byte client = 9;
    byte source = fromGuest ? guest : client;
    byte target = fromGuest ? client : guest;
    if (v6) {
      packet[0] = 0x60;
      Bytes.putU16(packet, 4, content.length);
      packet[6] = (byte) protocol;
      // Neighbour discovery is believed from neighbours only (RFC 4861, 7.1).
      packet[7] = (byte) (protocol == 58 ? 255 : 64);
      packet[8] = (byte) 0xfd;
      packet[23] = source;
      packet[24] = (byte) 0xfd;
      packet[39] = target;
    } else {
      packet[0] = 0x45;
      Bytes.putU16(packet, 2, packet.length);
      Bytes.putU16(packet, 6, fragment);
      packet[8] = 64;
      packet[9] = (byte) protocol;
      packet[12] = 10;
      packet[15] = source;
      packet[16] = 10;
      packet[19] = target;
    }
    System.arraycopy(content, 0, packet, header, content.length);
    return ethernet(v6 ? 0x86dd : 0x0800, packet);
  }

  Frame ethernet(int type, byte[] content) {
    byte[] bytes = new byte[VNET + 14 + 4 * vlans.length + content.length];
    int at = VNET;
    bytes[at] = 2;
    bytes[at + 5] = (byte) (fromGuest ? 9 : 2);
    bytes[at + 6] = 2;
    bytes[at + 11] = (byte) (fromGuest ? 2 : 9);
    at += 12;
    for (int i = 0; i < vlans.length; i++) {
      Bytes.putU16(bytes, at, i < vlans.length - 1 ? 0x88a8 : 0x8100);
      Bytes.putU16(bytes, at + 2, vlans[i]);
      at += 4;
    }
    Bytes.putU16(bytes, at, type);
    System.arraycopy(content, 0, bytes, at + 2, content.length);
    Frame frame = new Frame(bytes, VNET);
    Packet packet = parsed(frame);
    if (packet.kind() == Packet.Kind.TCP) {
      Checksums.fillTcp(packet);
    }
    return frame;
  }

  public static Packet parsed(Frame frame) {
    Packet packet = new Packet();
    packet.parse(frame);
    return packet;
  }
}
