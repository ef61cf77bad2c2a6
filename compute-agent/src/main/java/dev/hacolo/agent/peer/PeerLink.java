package dev.hacolo.agent.peer;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.FailureDetector;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * An established link between the two agents of a pair. Event-loop confined. Its observer is told
 * once of the loss, however many signs of it there are, and of nothing after {@link #close}.
 */
public final class PeerLink {
  private final Vertx vertx;
  private final NetSocket socket;
  private final FailureDetector detector;
  private final long timer;
  private @Nullable Observer observer;
  private long newestReceived;
  private boolean ended;
  private @Nullable String untold;

  /** Told of what the peer says, on the event loop. */
  public interface Observer {
    /** The primary's agent says that the first checkpoint is over. */
    default void peerProtected() {}

    /** The peer gave its copy up. */
    default void peerRenounced(String reason) {}

    /** The peer is silent, or its end of the link is gone. */
    default void peerLost(String reason) {}
  }

  PeerLink(Vertx vertx, NetSocket socket, AgentConfig.Peer config) {
    this.vertx = vertx;
    this.socket = socket;
    this.detector = new FailureDetector(config.suspicion().toNanos(), System.nanoTime());
    this.timer = vertx.setPeriodic(config.heartbeat().toMillis(), t -> beat());
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
    long now = System.nanoTime();
    socket.write(PeerFrameCodec.encode(new PeerFrame.Heartbeat(now, newestReceived)));
    if (detector.suspects(now)) {
      lost("no heartbeat of the peer for %d ms".formatted(detector.silenceNanos(now) / 1_000_000));
    }
  }

  void received(PeerFrame frame) {
    if (ended) {
      return;
    }
    if (frame instanceof PeerFrame.Heartbeat h) {
      newestReceived = h.sentAt();
      detector.received(System.nanoTime(), h.echo());
    } else if (frame instanceof PeerFrame.Protected && observer != null) {
      observer.peerProtected();
    } else if (frame instanceof PeerFrame.Renounced r && observer != null) {
      observer.peerRenounced(r.reason());
    } else if (frame instanceof PeerFrame.Bye b) {
      lost("the peer closed the peer link: " + b.reason());
    }
  }

  /** Tells the secondary's agent that it may be promoted from here on. */
  public void tellProtected(long generation) {
    socket.write(PeerFrameCodec.encode(new PeerFrame.Protected(generation)));
  }

  /** Tells the peer that this host's copy is dead. */
  public void tellRenounced(long generation, String reason) {
    socket.write(PeerFrameCodec.encode(new PeerFrame.Renounced(generation, reason)));
  }

  private void lost(String reason) {
    if (end()) {
      socket.close();
      if (observer == null) {
        untold = reason;
      } else {
        observer.peerLost(reason);
      }
    }
  }

  /** Ends the link on purpose. */
  public void close(String reason) {
    if (end()) {
      socket.write(PeerFrameCodec.encode(new PeerFrame.Bye(reason)));
      socket.close();
    }
  }

  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    vertx.cancelTimer(timer);
    return true;
  }
}
