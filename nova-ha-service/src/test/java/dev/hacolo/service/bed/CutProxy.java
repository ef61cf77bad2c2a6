package dev.hacolo.service.bed;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A TCP proxy on this machine that can be cut and mended: how a database goes away. */
public final class CutProxy {
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final NetServer server;
  private volatile boolean cut;

  /** Forwards to a port of this machine. */
  public CutProxy(Vertx vertx, int target) throws Exception {
    var client = vertx.createNetClient();
    server =
        vertx
            .createNetServer()
            .connectHandler(
                in -> {
                  if (cut) {
                    in.close();
                    return;
                  }
                  open.add(in);
                  in.closeHandler(closed -> open.remove(in));
                  in.pause();
                  client
                      .connect(target, "127.0.0.1")
                      .onSuccess(
                          out -> {
                            in.pipeTo(out);
                            out.pipeTo(in);
                          })
                      .onFailure(fault -> in.close());
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  /** Port to connect to. */
  public int port() {
    return server.actualPort();
  }

  /** Breaks all connections and lets no new one through. */
  public void cut() {
    cut = true;
    open.forEach(NetSocket::close);
  }

  /** Lets connections through again. */
  public void mend() {
    cut = false;
  }
}
