package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.hacolo.bed.process.BedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a guest sends, as it arrives at the switch of the clients' LAN, by the node that it comes
 * from. One packet socket (packet(7)) sees all ports, so the order is that of the arrivals.
 * Thread-safe.
 */
public final class SwitchCapture implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int ALL_IN_NETWORK_ORDER = 0x0300;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SIOCGSTAMPNS = 0x8907;
  private static final int BUFFER = 8 << 20;
  private static final int HEAD = 64;
  private static final int ADDRESS = 20;
  private static final int INDEX_AT = 4;
  private static final int KIND_AT = 10;
  private static final int OUTGOING = 4;
  private static final int MOST = 1_000_000;
  private static final long SECOND = 1_000_000_000L;

  private interface LibC extends Library {
    int socket(int domain, int type, int protocol) throws LastErrorException;

    int setsockopt(int descriptor, int level, int name, Pointer value, int length)
        throws LastErrorException;

    NativeLong recvfrom(
        int descriptor,
        Pointer buffer,
        NativeLong length,
        int flags,
        Pointer address,
        IntByReference addressLength)
        throws LastErrorException;

    int ioctl(int descriptor, NativeLong request, Pointer argument) throws LastErrorException;

    int if_nametoindex(String name) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final LibC libC = Native.load("c", LibC.class);
  private final Map<Integer, String> ports = new HashMap<>();
  private final byte[] guest;
  private final int descriptor;
  private final List<Seen> seen = new ArrayList<>();
  private final Thread reader = new Thread(this::read, "switch-capture");
  private volatile boolean closed;

  /**
   * A frame of the guest.
   *
   * @param node where it came from
   * @param atNanos when, in nanoseconds of the wall clock since 1970
   */
  public record Seen(String node, long atNanos) {}

  private SwitchCapture(Map<String, String> nodesByPort, String mac) {
    guest = new byte[6];
    String[] parts = mac.split(":", -1);
    for (int i = 0; i < guest.length; i++) {
      guest[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    nodesByPort.forEach((port, node) -> ports.put(libC.if_nametoindex(port), node));
    descriptor = libC.socket(AF_PACKET, SOCK_RAW, ALL_IN_NETWORK_ORDER);
    try (Memory value = new Memory(2 * Long.BYTES)) {
      value.clear();
      value.setInt(0, BUFFER);
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES);
      value.clear();
      value.setLong(Long.BYTES, 200_000); // microseconds
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, value, 2 * Long.BYTES);
    }
    reader.setDaemon(true);
    reader.start();
  }

  /** Opens the socket in the namespace of the calling thread. */
  static SwitchCapture open(Map<String, String> nodesByPort, String mac) {
    return new SwitchCapture(nodesByPort, mac);
  }

  private void read() {
    try (Memory frame = new Memory(HEAD);
        Memory address = new Memory(ADDRESS);
        Memory time = new Memory(2 * Long.BYTES)) {
      while (!closed) {
        try {
          libC.recvfrom(
              descriptor, frame, new NativeLong(HEAD), 0, address, new IntByReference(ADDRESS));
          take(frame, address, time);
        } catch (LastErrorException e) {
          // Nothing came for a while.
        }
      }
    }
    libC.close(descriptor);
  }

  private void take(Memory frame, Memory address, Memory time) {
    String node = ports.get(address.getInt(INDEX_AT));
    if (node == null || address.getByte(KIND_AT) == OUTGOING || !isOfGuest(frame)) {
      return;
    }
    libC.ioctl(descriptor, new NativeLong(SIOCGSTAMPNS), time);
    synchronized (this) {
      if (seen.size() >= MOST) {
        throw new BedException("more frames than a capture holds");
      }
      seen.add(new Seen(node, time.getLong(0) * SECOND + time.getLong(Long.BYTES)));
    }
  }

  private boolean isOfGuest(Memory frame) {
    for (int i = 0; i < guest.length; i++) {
      if (frame.getByte(guest.length + i) != guest[i]) {
        return false;
      }
    }
    return true;
  }

  /** Forgets what was seen. */
  public synchronized void clear() {
    seen.clear();
  }

  /** What was seen since, in the order of arrival. */
  public synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    closed = true;
  }
}
