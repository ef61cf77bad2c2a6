package dev.hacolo.agent.session;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.guard.BootClock;
import dev.hacolo.agent.guard.OutputGuard;
import dev.hacolo.agent.lease.LeaseTerms;
import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.metrics.LeaseMetrics;
import dev.hacolo.agent.peer.PeerLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output lease of one session. On the primary's side it moves the deadlines of the packet path
 * and of the kernel; on the secondary's it knows from when on the primary can send nothing. Methods
 * belong to the agent's event loop; renewals come on the peer link's.
 */
final class SessionLease {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLease.class);

  /** A frame needs that long to the tap: better it waits here than that the kernel drops it. */
  private static final long TO_THE_TAP_NANOS = 10_000_000;

  private final Host host;
  private final UUID instance;
  private final OutputDeadline deadline = new OutputDeadline();
  private @Nullable PeerLink link;

  /** Completes when the peer at the present link has said that its VM is dead. */
  private Promise<Void> renounced = Promise.promise();

  // Guarded by this: of two event loops.
  private @Nullable PeerLink renewing;
  private long until = Long.MIN_VALUE;
  private boolean closed;
  private OutputGuard.@Nullable Armed armed;

  /**
   * What all sessions of the agent share.
   *
   * @param terms this host's own
   */
  record Host(
      Vertx vertx, OutputGuard guard, BootClock clock, LeaseTerms terms, LeaseMetrics metrics) {}

  /** Where only the agent's own gate is closed at the deadline. */
  private static final class Unguarded implements OutputGuard.Armed {
    @Override
    public void until(long nanos) {
      // The packet path's deadline is all there is.
    }

    @Override
    public long dropped() {
      return 0;
    }
  }

  SessionLease(Host host, UUID instance) {
    this.host = host;
    this.instance = instance;
  }

  /** For the packet path. */
  OutputDeadline deadline() {
    return deadline;
  }

  /** From now on this link renews the lease, or grants one. */
  void link(PeerLink opened) {
    link = opened;
    renounced = Promise.promise();
    synchronized (this) {
      renewing = opened;
      until = Long.MIN_VALUE;
      closed = false;
    }
    opened.keepLease(end -> renewed(opened, end));
  }

  private synchronized void renewed(PeerLink by, long end) {
    if (by == renewing) {
      until = end;
      apply();
    }
  }

  /** The boot clock is read second: a stop between the two makes the deadline earlier. */
  private synchronized void apply() {
    if (armed != null) {
      long end = closed ? 0 : until;
      armed.until(end);
      long now = System.nanoTime();
      long remaining = Math.max(end, 0) - host.clock().getAsLong();
      deadline.set(now + remaining - TO_THE_TAP_NANOS);
    }
  }

  /** From now on no output leaves, whether the lease holds or not. */
  synchronized void close() {
    closed = true;
    apply();
  }

  /** Outputs leave again as long as the lease holds. */
  synchronized void reopen() {
    closed = false;
    apply();
  }

  /** From now on outputs leave only as long as the lease holds. */
  Future<Void> arm(List<String> taps) {
    return blocking(() -> guard(taps))
        .map(
            guarded -> {
              synchronized (this) {
                armed = guarded;
                apply();
              }
              boolean kernel = !(guarded instanceof Unguarded);
              host.metrics().armed(this, kernel, guarded::dropped);
              return null;
            });
  }

  private OutputGuard.Armed guard(List<String> taps) {
    try {
      return host.guard().arm(instance, taps, newest());
    } catch (StepException e) {
      LOG.warn(
          "{}: only the agent's own gate closes when its lease is over: {}",
          instance,
          e.getMessage());
      return new Unguarded();
    }
  }

  private synchronized long newest() {
    return until;
  }

  /**
   * Outputs may leave from now on, whatever an agent of this host has armed. Fails only where
   * something of an earlier agent stays and would close a tap.
   */
  Future<Void> lift() {
    boolean mine;
    synchronized (this) {
      mine = armed != null;
      armed = null;
      closed = false;
    }
    host.metrics().lifted(this);
    return blocking(
            () -> {
              host.guard().lift(instance);
              return true;
            })
        .recover(
            e -> {
              LOG.error("{}: a guard of its taps stays: {}", instance, e.getMessage());
              return mine ? Future.succeededFuture(true) : Future.failedFuture(e);
            })
        .map(
            v -> {
              deadline.lift();
              return null;
            });
  }

  /** The peer's VM is dead: nobody waits for the end of its lease any more. */
  void peerRenounced() {
    renounced.tryComplete();
  }

  /**
   * Secondary: ends the primary's lease. Completes, always well, when nothing of the primary's can
   * reach a client any more. Without a link an earlier agent may have granted what it could until
   * it ended, which was before now.
   */
  Future<Void> endPeers() {
    if (renounced.future().isComplete()) {
      return Future.succeededFuture();
    }
    Future<Void> over = link == null ? pass(host.terms().waitNanos()) : link.withdrawLease();
    return Future.any(over, renounced.future()).mapEmpty();
  }

  private Future<Void> pass(long nanos) {
    long end = host.clock().getAsLong() + nanos;
    return host.vertx()
        .timer(nanos / 1_000_000 + 1, TimeUnit.MILLISECONDS)
        .compose(
            v -> {
              long rest = end - host.clock().getAsLong();
              return rest > 0 ? pass(rest) : Future.succeededFuture();
            });
  }

  private <T> Future<T> blocking(Callable<T> step) {
    return host.vertx().executeBlocking(step, true);
  }
}
