package dev.hacolo.bed.net;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import dev.hacolo.bed.process.BedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a guest sends, as it arrives at the switch of the clients' LAN, by the node that it comes
 * from. One packet socket sees all ports, so the order is that of the arrivals. Thread-safe.
 */
public final class SwitchCapture implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final int HEAD = 64;
  private static final int MOST = 1_000_000;

  private final Map<Integer, String> ports = new HashMap<>();
  private final byte[] guest;
  private final PacketSocket socket;
  private final List<Seen> seen = new ArrayList<>();
  private final Thread reader = new Thread(this::read, "switch-capture");
  private @Nullable String failure;
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
    socket = new PacketSocket(LOOK_EVERY);
    nodesByPort.forEach((port, node) -> ports.put(socket.device(port), node));
    reader.setDaemon(true);
    reader.start();
  }

  /** Opens the socket in the namespace of the calling thread. */
  static SwitchCapture open(Map<String, String> nodesByPort, String mac) {
    return new SwitchCapture(nodesByPort, mac);
  }

  private void read() {
    try (Memory frame = new Memory(HEAD);
        PacketSocket open = socket) {
      while (!closed) {
        if (open.receive(frame) >= 0) {
          take(frame);
        }
      }
    } catch (LastErrorException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void take(Memory frame) {
    String node = ports.get(socket.device());
    if (node == null || socket.isOutgoing() || !isOfGuest(frame)) {
      return;
    }
    add(new Seen(node, socket.atNanos()));
  }

  private synchronized void add(Seen next) {
    if (seen.size() < MOST) {
      seen.add(next);
    } else {
      fail("more frames came than a capture holds");
    }
  }

  private synchronized void fail(String reason) {
    failure = reason;
  }

  private boolean isOfGuest(Memory frame) {
    for (int i = 0; i < guest.length; i++) {
      if (frame.getByte(guest.length + i) != guest[i]) {
        return false;
      }
    }
    return true;
  }

  /** Forgets what was seen, and what was not. */
  public synchronized void clear() {
    seen.clear();
    long unused = socket.missed();
  }

  /**
   * What was seen since, in the order of arrival.
   *
   * @throws BedException if a frame may have gone by unseen
   */
  public synchronized List<Seen> seen() {
    if (failure != null) {
      throw new BedException("the switch is not watched any more: " + failure);
    }
    long missed = socket.missed();
    if (missed > 0) {
      throw new BedException("%d frames went by unseen at the switch".formatted(missed));
    }
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    closed = true;
  }
}
