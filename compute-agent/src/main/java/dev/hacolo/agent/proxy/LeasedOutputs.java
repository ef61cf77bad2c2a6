package dev.hacolo.agent.proxy;

import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.packet.Frame;
import java.util.ArrayDeque;

/**
 * Outputs that the gate has let go, and that wait while the lease is over. A bound drops the
 * newest. Confined to its loop; times are {@link System#nanoTime}'s.
 */
final class LeasedOutputs {
  /** Frames and bytes that wait at most: more than a second's worth helps no client. */
  static final int MOST_FRAMES = 8192;

  private static final long MOST_BYTES = 16L << 20;

  private final OutputDeadline deadline;
  private final Exit exit;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long bytes;
  private long delayed;
  private long dropped;

  private record Waiting(int nic, Frame frame) {}

  /** Where frames go that may leave. */
  interface Exit {
    void leave(int nic, Frame frame);
  }

  LeasedOutputs(OutputDeadline deadline, Exit exit) {
    this.deadline = deadline;
    this.exit = exit;
  }

  /** A frame leaves now if the lease holds and none waits in front of it. */
  void add(int nic, Frame frame, long now) {
    if (deadline.allows(now) && (waiting.isEmpty() || release(now))) {
      exit.leave(nic, frame);
    } else if (waiting.size() >= MOST_FRAMES || bytes + frame.bytes().length > MOST_BYTES) {
      dropped++;
    } else {
      delayed++;
      bytes += frame.bytes().length;
      waiting.add(new Waiting(nic, frame));
    }
  }

  /** Lets what waits go if the lease holds again; true if nothing waits then. */
  boolean release(long now) {
    if (!waiting.isEmpty() && deadline.allows(now)) {
      releaseAll();
    }
    return waiting.isEmpty();
  }

  /** Lets go what waits: there is no other copy. */
  void releaseAll() {
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      exit.leave(next.nic(), next.frame());
    }
    bytes = 0;
  }

  LeaseFigures figures() {
    return new LeaseFigures(waiting.size(), delayed, dropped);
  }
}
