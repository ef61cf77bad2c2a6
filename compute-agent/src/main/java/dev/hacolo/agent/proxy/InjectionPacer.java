package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Frame;
import java.util.ArrayDeque;

/**
 * Groups the frames for a secondary VM while it is busy: a VM that wakes up once for many frames
 * does the same work in a fraction of the time, because a wake-up costs it more than most requests.
 * A VM that is idle gets each request at once.
 *
 * <p>The VM counts as busy from a frame that asks something of it (one with content) until it sends
 * anything, but no longer than it usually takes to. Frames keep their order. Not thread-safe; times
 * are nanoseconds of any one clock.
 */
final class InjectionPacer {
  /** Frames that wait at most; then they go, whatever the VM does. */
  static final int MAX_WAITING = 256;

  static final long MIN_WAIT_NANOS = 50_000;
  static final long MAX_WAIT_NANOS = 1_000_000;
  private static final int WEIGHT = 16;

  /** Where frames go, and when to come back. */
  interface Port {
    /** Gives a frame to the VM. */
    void inject(int nic, Frame frame);

    /** Calls {@link InjectionPacer#due} in so many nanoseconds; called when no call is due yet. */
    void callIn(long nanos);
  }

  private record Waiting(int nic, Frame frame, boolean asks) {}

  private final Port port;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean called;
  private boolean collecting;
  private boolean busy;
  private boolean ended;
  private long askedAt;
  private long oldest;
  private long usual = MIN_WAIT_NANOS;

  InjectionPacer(Port port) {
    this.port = port;
  }

  /**
   * A frame for the VM.
   *
   * @param asks whether the VM will answer it, as far as anybody knows
   */
  void add(int nic, Frame frame, boolean asks, long now) {
    if (ended || (!collecting && asks && !isBusy(now) && waiting.isEmpty())) {
      give(nic, frame, asks, now);
      return;
    }
    if (waiting.isEmpty()) {
      oldest = now;
    }
    waiting.add(new Waiting(nic, frame, asks));
    if (collecting) {
      return;
    }
    if ((asks && !isBusy(now)) || waiting.size() >= MAX_WAITING) {
      giveAll(now);
    } else if (!called) {
      called = true;
      port.callIn(usual);
    }
  }

  /** Frames that are added within go together. */
  void together(Runnable adds, long now) {
    if (collecting) {
      adds.run();
      return;
    }
    collecting = true;
    adds.run();
    collecting = false;
    if (!waiting.isEmpty()) {
      boolean asks = waiting.stream().anyMatch(Waiting::asks);
      if (ended || (asks && !isBusy(now)) || waiting.size() >= MAX_WAITING) {
        giveAll(now);
      } else if (!called) {
        called = true;
        port.callIn(usual);
      }
    }
  }

  private boolean isBusy(long now) {
    return busy && now - askedAt < 2 * usual;
  }

  private void give(int nic, Frame frame, boolean asks, long now) {
    if (asks && !busy) {
      busy = true;
      askedAt = now;
    }
    port.inject(nic, frame);
  }

  private void giveAll(long now) {
    busy = false;
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      give(next.nic(), next.frame(), next.asks(), now);
    }
  }

  /** The VM has sent something. */
  void answered(long now) {
    if (busy) {
      long took = Math.min(MAX_WAIT_NANOS, now - askedAt);
      usual = Math.max(MIN_WAIT_NANOS, usual + (took - usual) / WEIGHT);
      giveAll(now);
    }
  }

  /** The time asked for with {@link Port#callIn} has passed. */
  void due(long now) {
    called = false;
    if (waiting.isEmpty()) {
      return;
    }
    long left = oldest + usual - now;
    if (left > 0) {
      called = true;
      port.callIn(left);
    } else {
      giveAll(now);
    }
  }

  /** The VM runs on a new state, which has what waited: it was here before that state's mark. */
  void loaded() {
    waiting.clear();
    busy = false;
  }

  /** From now on nothing waits: the VM serves, and its clients wait for it. */
  void end(long now) {
    ended = true;
    giveAll(now);
  }
}
