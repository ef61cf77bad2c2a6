package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.time.Duration;

/**
 * A packet socket (packet(7)) that sees every frame of the namespace in which it is opened, in the
 * order of the arrivals. One thread reads; {@link #missed} may be asked for by others.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int ALL_IN_NETWORK_ORDER = 0x0300;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_STATISTICS = 6;
  private static final int SIOCGSTAMPNS = 0x8907;
  private static final int BUFFER = 32 << 20;
  private static final int ADDRESS = 20;
  private static final int INDEX_AT = 4;
  private static final int KIND_AT = 10;
  private static final int OUTGOING = 4;
  private static final int EAGAIN = 11;
  private static final int PAIR = 2 * Long.BYTES;
  private static final long SECOND = 1_000_000_000L;

  private interface LibC extends Library {
    int socket(int domain, int type, int protocol) throws LastErrorException;

    int setsockopt(int descriptor, int level, int name, Pointer value, int length)
        throws LastErrorException;

    int getsockopt(int descriptor, int level, int name, Pointer value, IntByReference length)
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
  private final Memory address = new Memory(ADDRESS);
  private final Memory time = new Memory(PAIR);
  private final int descriptor;

  /**
   * Opens it in the namespace of the calling thread.
   *
   * @param patience how long {@link #receive} waits for a frame
   */
  public PacketSocket(Duration patience) {
    descriptor = libC.socket(AF_PACKET, SOCK_RAW, ALL_IN_NETWORK_ORDER);
    try (Memory value = new Memory(PAIR)) {
      value.setInt(0, BUFFER);
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, value, Integer.BYTES);
      value.setLong(0, patience.toSeconds());
      value.setLong(Long.BYTES, patience.toNanosPart() / 1000);
      libC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, value, PAIR);
    }
  }

  /** Number of a device of the calling thread's namespace. */
  public int device(String name) {
    return libC.if_nametoindex(name);
  }

  /**
   * Waits for the next frame.
   *
   * @param into gets its beginning
   * @return bytes received, or -1 if none came in time
   */
  public int receive(Memory into) {
    try {
      NativeLong room = new NativeLong(into.size());
      IntByReference length = new IntByReference(ADDRESS);
      return libC.recvfrom(descriptor, into, room, 0, address, length).intValue();
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EAGAIN) {
        return -1;
      }
      throw e;
    }
  }

  /** Number of the device by which the last frame came or went. */
  public int device() {
    return address.getInt(INDEX_AT);
  }

  /** Whether this machine has sent the last frame. */
  public boolean isOutgoing() {
    return address.getByte(KIND_AT) == OUTGOING;
  }

  /** When the last frame came, in nanoseconds of the wall clock since 1970. */
  public long atNanos() {
    libC.ioctl(descriptor, new NativeLong(SIOCGSTAMPNS), time);
    return time.getLong(0) * SECOND + time.getLong(Long.BYTES);
  }

  /** Frames that were lost, because nobody read, since the last question. */
  public long missed() {
    int bytes = 2 * Integer.BYTES;
    try (Memory statistics = new Memory(bytes)) {
      IntByReference length = new IntByReference(bytes);
      libC.getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, statistics, length);
      return Integer.toUnsignedLong(statistics.getInt(Integer.BYTES));
    }
  }

  @Override
  public void close() {
    libC.close(descriptor);
  }
}
