package dev.hacolo.agent.qmp;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of one QEMU monitor (QEMU docs/interop/qmp-spec): greeting, capabilities, replies matched
 * by id, events. Lives on the event loop that {@link #connect} was called on; all methods must be
 * called there. Commands may overlap; each has a deadline. When QEMU ends, every open command fails
 * with {@link QmpException.Kind#CLOSED} and {@link #closed()} completes.
 */
public final class QmpClient implements Monitor {
  private static final Logger LOG = LoggerFactory.getLogger(QmpClient.class);

  private static final String OUT_OF_BAND = "oob";

  /**
   * What QEMU carries out in another thread than its main loop, which may be waiting for the very
   * connection that is to be broken.
   */
  private static final Set<String> URGENT = Set.of("yank", "query-yank");

  /** Longest message taken; query-named-block-nodes of many disks stays far below. */
  private static final int MAX_MESSAGE = 4 << 20;

  private static final long GREETING_MILLIS = 5_000;

  private final Vertx vertx;
  private final NetClient netClient;
  private final NetSocket socket;
  private final String label;
  private final Duration deadline;
  private final Promise<JsonObject> greeting = Promise.promise();
  private final Promise<Void> closed = Promise.promise();
  private final Map<Long, Pending> pending = new HashMap<>();
  private final List<Consumer<QmpEvent>> listeners = new CopyOnWriteArrayList<>();
  private long lastId;
  private boolean open = true;
  private boolean outOfBand;

  private record Pending(String command, Promise<Object> promise, long timer) {}

  private QmpClient(
      Vertx vertx, NetClient netClient, NetSocket socket, String label, Duration deadline) {
    this.vertx = vertx;
    this.netClient = netClient;
    this.socket = socket;
    this.label = label;
    this.deadline = deadline;
  }

  /**
   * Connects and negotiates.
   *
   * @param path the monitor's Unix socket
   * @param label names the VM in logs and errors
   * @param deadline for each command that gives none of its own; the greeting has it too, but no
   *     more than 5 s
   */
  public static Future<QmpClient> connect(Vertx vertx, Path path, String label, Duration deadline) {
    NetClient netClient = vertx.createNetClient();
    return netClient
        .connect(SocketAddress.domainSocketAddress(path.toString()))
        .recover(
            e ->
                Future.failedFuture(
                    new QmpException(
                        QmpException.Kind.CLOSED,
                        "%s: the monitor %s cannot be reached: %s"
                            .formatted(label, path, e.getMessage()))))
        .compose(socket -> new QmpClient(vertx, netClient, socket, label, deadline).negotiate())
        .onFailure(e -> netClient.close());
  }

  private Future<QmpClient> negotiate() {
    RecordParser lines = RecordParser.newDelimited("\n", this::message);
    lines.maxRecordSize(MAX_MESSAGE);
    lines.exceptionHandler(e -> fail("sent a message that is too long"));
    socket.handler(lines);
    socket.exceptionHandler(e -> LOG.debug("{}: {}", label, e.getMessage()));
    socket.closeHandler(v -> onClosed());
    long timer =
        vertx.setTimer(
            Math.min(GREETING_MILLIS, deadline.toMillis()),
            t ->
                greeting.tryFail(
                    new QmpException(
                        QmpException.Kind.TIMEOUT,
                        label + ": the monitor does not greet; is another client connected?")));
    return greeting
        .future()
        .onComplete(r -> vertx.cancelTimer(timer))
        .compose(this::capabilities)
        .map(this)
        .onFailure(e -> close());
  }

  private Future<Object> capabilities(JsonObject greeted) {
    JsonObject qmp = greeted.getJsonObject("QMP");
    if (!qmp.getJsonArray("capabilities", new JsonArray()).contains(OUT_OF_BAND)) {
      return command("qmp_capabilities");
    }
    JsonArray enable = new JsonArray().add(OUT_OF_BAND);
    return command("qmp_capabilities", new JsonObject().put("enable", enable))
        .onSuccess(v -> outOfBand = true);
  }

  @Override
  public Future<Object> command(String name) {
    return command(name, null, deadline);
  }

  @Override
  public Future<Object> command(String name, @Nullable JsonObject arguments) {
    return command(name, arguments, deadline);
  }

  @Override
  public Future<Object> command(String name, @Nullable JsonObject arguments, Duration within) {
    if (!open) {
      return Future.failedFuture(gone(name));
    }
    long id = ++lastId;
    String how = outOfBand && URGENT.contains(name) ? "exec-oob" : "execute";
    JsonObject message = new JsonObject().put(how, name).put("id", id);
    if (arguments != null) {
      message.put("arguments", arguments);
    }
    Promise<Object> promise = Promise.promise();
    long timer = vertx.setTimer(within.toMillis(), t -> timedOut(id, within));
    pending.put(id, new Pending(name, promise, timer));
    LOG.trace("{} > {}", label, message);
    socket.write(message.toBuffer().appendByte((byte) '\n'));
    return promise.future();
  }

  @Override
  public void listen(Consumer<QmpEvent> listener) {
    listeners.add(listener);
  }

  @Override
  public void unlisten(Consumer<QmpEvent> listener) {
    listeners.remove(listener);
  }

  @Override
  public Future<Void> closed() {
    return closed.future();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    socket.close();
  }

  private void message(Buffer line) {
    JsonObject message;
    try {
      message = new JsonObject(line);
    } catch (DecodeException e) {
      fail("sent something that is not a JSON object");
      return;
    }
    LOG.trace("{} < {}", label, message);
    if (!isWellFormed(message)) {
      fail("sent a message that is none of QMP");
    } else if (message.containsKey("QMP")) {
      greeting.tryComplete(message);
    } else if (message.containsKey("event")) {
      event(message);
    } else {
      reply(message);
    }
  }

  private static boolean isWellFormed(JsonObject message) {
    Object data = message.getValue("data");
    Object id = message.getValue("id");
    Object error = message.getValue("error");
    return (data == null || data instanceof JsonObject)
        && (id == null || id instanceof Number)
        && (error == null || error instanceof JsonObject);
  }

  private void event(JsonObject message) {
    QmpEvent event = QmpEvent.of(message, System.nanoTime());
    for (Consumer<QmpEvent> listener : listeners) {
      listener.accept(event);
    }
  }

  private void reply(JsonObject message) {
    Long id = message.getLong("id");
    Pending request = id == null ? null : pending.remove(id);
    if (request == null) {
      LOG.debug("{}: a reply that nobody waits for", label);
      return;
    }
    vertx.cancelTimer(request.timer());
    JsonObject error = message.getJsonObject("error");
    if (error == null) {
      request.promise().complete(message.getValue("return"));
    } else {
      request
          .promise()
          .fail(
              new QmpException(
                  QmpException.Kind.REFUSED,
                  "%s: %s: %s".formatted(label, request.command(), error.getString("desc"))));
    }
  }

  private void timedOut(long id, Duration within) {
    Pending request = pending.remove(id);
    if (request != null) {
      request
          .promise()
          .fail(
              new QmpException(
                  QmpException.Kind.TIMEOUT,
                  "%s: %s: no answer within %d ms"
                      .formatted(label, request.command(), within.toMillis())));
    }
  }

  private void fail(String what) {
    LOG.warn("{}: QEMU {}; the connection is closed", label, what);
    greeting.tryFail(new QmpException(QmpException.Kind.PROTOCOL, label + ": QEMU " + what));
    socket.close();
  }

  private void onClosed() {
    open = false;
    greeting.tryFail(gone("greeting"));
    for (Pending request : List.copyOf(pending.values())) {
      vertx.cancelTimer(request.timer());
      request.promise().tryFail(gone(request.command()));
    }
    pending.clear();
    netClient.close();
    closed.tryComplete();
  }

  private QmpException gone(String command) {
    return new QmpException(
        QmpException.Kind.CLOSED, "%s: %s: QEMU has closed the monitor".formatted(label, command));
  }
}
