package dev.hacolo.agent.peer;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.FailureDetector;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An established link between the two agents of a pair. The socket and the heartbeats live on the
 * endpoint's loop; the public methods are called, and the observer is called back, on the home (see
 * {@link PeerEndpoint}). The observer is told once of the loss, however many signs of it there are,
 * and of nothing after {@link #close}.
 */
public final class PeerLink {
  /**
   * Until the pair is protected a silent peer costs only the synchronisation: there is time to see
   * whether it is merely slow.
   */
  private static final int PATIENCE_BEFORE_PROTECTION = 10;

  private final Vertx loop;
  private final Context loopContext;
  private final Context home;
  private final NetSocket socket;
  private final FailureDetector detector;
  private final LongSupplier clock;
  private final LeaseEnd lease;
  private final long suspicionNanos;
  private final long timer;

  // Of the loop.
  private boolean armed;
  private boolean ended;

  // Of the home.
  private @Nullable Observer observer;
  private @Nullable String untold;
  private boolean closed;

  /** Told of what the peer says, on the home. */
  public interface Observer {
    /** The primary's agent says that the first checkpoint is over. */
    default void peerProtected() {}

    /** The peer gave its copy up. */
    default void peerRenounced(String reason) {}

    /** The peer is silent, or its end of the link is gone. */
    default void peerLost(String reason) {}
  }

  /**
   * To be called on the loop.
   *
   * @param clock CLOCK_BOOTTIME, nanoseconds
   */
  PeerLink(
      Vertx loop,
      Context home,
      NetSocket socket,
      AgentConfig.Peer config,
      LongSupplier clock,
      LeaseEnd lease) {
    this.loop = loop;
    this.loopContext = loop.getOrCreateContext();
    this.home = home;
    this.socket = socket;
    this.suspicionNanos = config.suspicion().toNanos();
    this.clock = clock;
    this.lease = lease;
    this.detector = new FailureDetector(suspicionNanos, clock.getAsLong());
    this.timer = loop.setPeriodic(config.heartbeat().toMillis(), t -> beat());
    socket.closeHandler(v -> lost("the peer's end of the peer link closed"));
    socket.exceptionHandler(e -> socket.close());
  }

  /** Replaces the observer; one that comes after the loss is told at once. */
  public void observe(Observer value) {
    observer = value;
    String reason = untold;
    if (reason != null) {
      untold = null;
      value.peerLost(reason);
    }
  }

  private void beat() {
    long now = clock.getAsLong();
    write(new PeerFrame.Heartbeat(now, lease.echo(), lease.open(now)));
    boolean lost =
        armed
            ? detector.suspects(now)
            : detector.silenceNanos(now) > PATIENCE_BEFORE_PROTECTION * suspicionNanos;
    if (lost) {
      lost("no heartbeat of the peer for %d ms".formatted(detector.silenceNanos(now) / 1_000_000));
    }
  }

  private void write(PeerFrame frame) {
    socket.write(PeerFrameCodec.encode(frame));
  }

  void received(PeerFrame frame) {
    if (ended) {
      return;
    }
    if (frame instanceof PeerFrame.Heartbeat h) {
      long now = clock.getAsLong();
      lease.received(h, now);
      detector.received(now, h.echo());
    } else if (frame instanceof PeerFrame.Protected) {
      armed = true;
      tell(Observer::peerProtected);
    } else if (frame instanceof PeerFrame.Renounced r) {
      tell(o -> o.peerRenounced(r.reason()));
    } else if (frame instanceof PeerFrame.Bye b) {
      lost("the peer closed the peer link: " + b.reason());
    }
  }

  /** A loop that has ended has closed all its links. */
  private void onLoop(Handler<Void> task) {
    try {
      loopContext.runOnContext(task);
    } catch (RejectedExecutionException e) {
      closed = true;
    }
  }

  private void tell(Consumer<Observer> news) {
    home.runOnContext(
        v -> {
          if (!closed && observer != null) {
            news.accept(observer);
          }
        });
  }

  /** Tells the secondary's agent that it may be promoted from here on. */
  public void tellProtected(long generation) {
    onLoop(
        v -> {
          armed = true;
          write(new PeerFrame.Protected(generation));
        });
  }

  /** Tells the peer that this host's copy is dead. */
  public void tellRenounced(long generation, String reason) {
    onLoop(v -> write(new PeerFrame.Renounced(generation, reason)));
  }

  /**
   * Primary: from now on {@code keeper} is told, on the loop, until when the VM's outputs may
   * leave, in nanoseconds of CLOCK_BOOTTIME; {@link Long#MIN_VALUE} as long as nothing is granted.
   */
  public void keepLease(LongConsumer keeper) {
    onLoop(
        v -> {
          if (lease instanceof LeaseEnd.Holding holding) {
            holding.keeper(keeper);
          }
        });
  }

  /**
   * Secondary: renews the primary's lease no more. Completes when none is in effect; from then on
   * nothing of the primary's leaves its host. Always well, and also after the link's end.
   */
  public Future<Void> withdrawLease() {
    Promise<Void> over = Promise.promise();
    onLoop(
        v -> {
          lease.withdraw();
          awaitLease(over);
        });
    return over.future();
  }

  /** A timer keeps other time than the lease: so the clock is asked again. */
  private void awaitLease(Promise<Void> over) {
    long remaining = lease.remainingNanos(clock.getAsLong());
    if (remaining <= 0) {
      home.runOnContext(v -> over.complete());
    } else {
      loop.setTimer(remaining / 1_000_000 + 1, t -> awaitLease(over));
    }
  }

  private void lost(String reason) {
    if (end()) {
      socket.close();
      home.runOnContext(v -> tellLost(reason));
    }
  }

  private void tellLost(String reason) {
    if (observer == null) {
      untold = reason;
    } else if (!closed) {
      observer.peerLost(reason);
    }
  }

  /** Ends the link on purpose. */
  public void close(String reason) {
    closed = true;
    onLoop(
        v -> {
          if (end()) {
            write(new PeerFrame.Bye(reason));
            socket.close();
          }
        });
  }

  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    loop.cancelTimer(timer);
    return true;
  }
}
