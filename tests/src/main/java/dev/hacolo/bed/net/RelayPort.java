package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.time.Duration;

/**
 * A packet socket (packet(7)) on one device, from which frames are taken and to which others are
 * given. Each has its virtio_net_hdr in front of it, so that those which the kernel has neither cut
 * into segments nor given a checksum yet stay valid. One thread receives, one sends.
 */
final class RelayPort implements AutoCloseable {
  /** A frame before it is cut into segments, and its header. */
  static final int LONGEST = (1 << 16) + 64;

  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final short ALL_IN_NETWORK_ORDER = 0x0300;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int BUFFER = 16 << 20;
  private static final int ADDRESS = 20;
  private static final int INDEX_AT = 4;
  private static final int EAGAIN = 11;
  private static final int ENOBUFS = 105;
  private static final int ENETDOWN = 100;
  private static final int PAIR = 2 * Long.BYTES;

  private interface LibC extends Library {
    int socket(int domain, int type, int protocol) throws LastErrorException;

    int setsockopt(int descriptor, int level, int name, Pointer value, int length)
        throws LastErrorException;

    int bind(int descriptor, Pointer address, int length) throws LastErrorException;

    NativeLong recv(int descriptor, Pointer buffer, NativeLong length, int flags)
        throws LastErrorException;

    NativeLong send(int descriptor, Pointer buffer, NativeLong length, int flags)
        throws LastErrorException;

    int if_nametoindex(String name) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final LibC libC = Native.load("c", LibC.class);
  private final Memory in = new Memory(LONGEST);
  private final Memory out = new Memory(LONGEST);
  private final int descriptor;

  /**
   * Opens it in the namespace of the calling thread.
   *
   * @param patience how long {@link #receive} waits for a frame
   */
  RelayPort(String device, Duration patience) {
    descriptor = libC.socket(AF_PACKET, SOCK_RAW, 0);
    try (Memory value = new Memory(ADDRESS)) {
      value.clear();
      value.setInt(0, 1);
      libC.setsockopt(descriptor, SOL_PACKET, PACKET_VNET_HDR, value, Integer.BYTES);
      libC.setsockopt(descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, value, Integer.BYTES);
      value.setInt(0, BUFFER);
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES);
      value.setLong(0, patience.toSeconds());
      value.setLong(Long.BYTES, patience.toNanosPart() / 1000);
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, value, PAIR);
      value.clear();
      value.setShort(0, (short) AF_PACKET);
      value.setShort(Short.BYTES, ALL_IN_NETWORK_ORDER);
      value.setInt(INDEX_AT, libC.if_nametoindex(device));
      libC.bind(descriptor, value, ADDRESS);
    } catch (LastErrorException e) {
      libC.close(descriptor);
      throw e;
    }
  }

  /** The next frame that arrives at the device; empty if none came in time. */
  byte[] receive() {
    try {
      int length = libC.recv(descriptor, in, new NativeLong(LONGEST), 0).intValue();
      return in.getByteArray(0, length);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EAGAIN || e.getErrorCode() == ENETDOWN) {
        return new byte[0];
      }
      throw e;
    }
  }

  /** Sends a frame; one that finds no room is lost, as at any switch. */
  void send(byte[] frame) {
    try {
      out.write(0, frame, 0, frame.length);
      libC.send(descriptor, out, new NativeLong(frame.length), 0);
    } catch (LastErrorException e) {
      if (e.getErrorCode() != ENOBUFS && e.getErrorCode() != ENETDOWN) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    libC.close(descriptor);
    in.close();
    out.close();
  }
}
