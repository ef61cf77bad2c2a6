package dev.hacolo.agent.lease;

/**
 * Until when the packet path lets outputs go. Written by whoever keeps the lease, read for each
 * output: one volatile field. Thread-safe. Times are {@link System#nanoTime}'s, which stands still
 * while the host sleeps; the guard in the kernel knows that as well.
 */
public final class OutputDeadline {
  private static final long NONE = Long.MAX_VALUE;

  private volatile long until = NONE;

  /** Whether an output may leave now. */
  public boolean allows(long now) {
    return now < until;
  }

  /** Whether there is a deadline. */
  public boolean isSet() {
    return until != NONE;
  }

  /** Outputs may leave until then. */
  public void set(long nanos) {
    until = Math.min(nanos, NONE - 1);
  }

  /** Outputs may leave from now on. */
  public void lift() {
    until = NONE;
  }
}
