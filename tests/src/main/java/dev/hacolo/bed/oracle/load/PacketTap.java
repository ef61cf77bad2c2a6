package dev.hacolo.bed.oracle.load;

import com.sun.jna.Memory;
import dev.hacolo.bed.net.PacketSocket;
import dev.hacolo.bed.oracle.judge.StreamWatch;
import dev.hacolo.bed.oracle.judge.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every frame of the clients' namespace from a packet socket and watches the guest's TCP
 * streams. One thread of its own; the methods are thread-safe.
 */
final class PacketTap implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int LARGEST = 128 * 1024;
  private static final int MOST_CONFLICTS = 1000;

  private final PacketSocket socket = new PacketSocket(PATIENCE);
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
  }

  @Override
  public void run() {
    try (Memory memory = new Memory(LARGEST)) {
      byte[] frame = new byte[LARGEST];
      while (!Thread.currentThread().isInterrupted()) {
        int length = socket.receive(memory);
        if (length >= 0) {
          memory.read(0, frame, 0, length);
          take(frame, length);
        }
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
    Seen seen =
        new Seen(watch.segments() - segmentsBefore, socket.missed(), List.copyOf(conflicts));
    segmentsBefore = watch.segments();
    conflicts.clear();
    return seen;
  }
}
