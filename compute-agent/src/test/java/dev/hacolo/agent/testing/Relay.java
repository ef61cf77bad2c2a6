package dev.hacolo.agent.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/** Forwards one TCP connection on loopback until it is told to lose what comes from one side. */
public final class Relay {
  /** To be held: one that is collected as garbage closes its sockets. */
  private final NetClient client;

  private final int to;
  private boolean losesForward;
  private boolean losesBackward;

  private Relay(Vertx vertx, int to) {
    this.client = vertx.createNetClient();
    this.to = to;
  }

  /** A relay and its port. */
  public record Listening(Relay relay, int port) {}

  /** Listens on any free port. */
  public static Future<Listening> open(Vertx vertx, int to) {
    Relay relay = new Relay(vertx, to);
    return vertx
        .createNetServer()
        .connectHandler(relay::accept)
        .listen(0, "127.0.0.1")
        .map(NetServer::actualPort)
        .map(port -> new Listening(relay, port));
  }

  private void accept(NetSocket from) {
    from.pause();
    client
        .connect(to, "127.0.0.1")
        .onSuccess(
            onward -> {
              from.handler(b -> forward(losesForward, onward, b));
              onward.handler(b -> forward(losesBackward, from, b));
              from.closeHandler(v -> onward.close());
              onward.closeHandler(v -> from.close());
              from.resume();
            });
  }

  private static void forward(boolean loses, NetSocket to, io.vertx.core.buffer.Buffer bytes) {
    if (!loses) {
      to.write(bytes);
    }
  }

  /** From now on loses what comes from the side that connected, from the other side, or both. */
  public void lose(boolean forward, boolean backward) {
    losesForward = forward;
    losesBackward = backward;
  }
}
