package dev.hacolo.bed.oracle.load;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.hacolo.bed.oracle.judge.StreamWatch;
import dev.hacolo.bed.oracle.judge.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every frame of the clients' namespace from a packet socket (packet(7)) and watches the
 * guest's TCP streams. One thread of its own; the methods are thread-safe.
 */
final class PacketTap implements Runnable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int ALL_IN_NETWORK_ORDER = 0x0300;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_STATISTICS = 6;
  private static final int BUFFER = 8 << 20;
  private static final int LARGEST = 128 * 1024;
  private static final int MOST_CONFLICTS = 1000;

  private interface LibC extends Library {
    int socket(int domain, int type, int protocol) throws LastErrorException;

    int setsockopt(int descriptor, int level, int name, IntByReference value, int length)
        throws LastErrorException;

    int getsockopt(int descriptor, int level, int name, Pointer value, IntByReference length)
        throws LastErrorException;

    NativeLong recv(int descriptor, Pointer buffer, NativeLong length, int flags)
        throws LastErrorException;
  }

  private final LibC libC = Native.load("c", LibC.class);
  private final int descriptor;
  private final StreamWatch watch;
  private final List<Violation> conflicts = new ArrayList<>();
  private long segmentsBefore;

  /**
   * What has been seen since the last call.
   *
   * @param segments segments of the guest with content
   * @param missed frames that were lost before they could be looked at
   * @param conflicts what was wrong
   */
  record Seen(long segments, long missed, List<Violation> conflicts) {}

  /** Opens the socket in the namespace of the calling thread. */
  PacketTap(int guest) {
    watch = new StreamWatch(guest);
    descriptor = libC.socket(AF_PACKET, SOCK_RAW, ALL_IN_NETWORK_ORDER);
    libC.setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUFFORCE, new IntByReference(BUFFER), Integer.BYTES);
  }

  @Override
  public void run() {
    try (Memory memory = new Memory(LARGEST)) {
      byte[] frame = new byte[LARGEST];
      while (!Thread.currentThread().isInterrupted()) {
        int length = libC.recv(descriptor, memory, new NativeLong(LARGEST), 0).intValue();
        memory.read(0, frame, 0, length);
        take(frame, length);
      }
    }
  }

  private synchronized void take(byte[] frame, int length) {
    watch
        .take(frame, length)
        .filter(conflict -> conflicts.size() < MOST_CONFLICTS)
        .ifPresent(conflicts::add);
  }

  synchronized Seen seen() {
    Seen seen = new Seen(watch.segments() - segmentsBefore, missed(), List.copyOf(conflicts));
    segmentsBefore = watch.segments();
    conflicts.clear();
    return seen;
  }

  /** The kernel counts anew after each question. */
  private long missed() {
    try (Memory statistics = new Memory(2 * Integer.BYTES)) {
      libC.getsockopt(
          descriptor,
          SOL_PACKET,
          PACKET_STATISTICS,
          statistics,
          new IntByReference(2 * Integer.BYTES));
      return Integer.toUnsignedLong(statistics.getInt(Integer.BYTES));
    }
  }
}
