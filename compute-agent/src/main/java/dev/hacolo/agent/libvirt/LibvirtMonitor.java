package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.qmp.Monitor;
import dev.hacolo.agent.qmp.QmpEvent;
import dev.hacolo.agent.qmp.QmpException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitor of a QEMU whose only monitor socket is libvirtd's. Commands go through libvirt's API for
 * that, one after the other on a thread of their own: a QEMU that hangs holds up its own commands
 * only. While libvirtd is away commands fail with {@link QmpException.Kind#TIMEOUT}, and events of
 * that time are lost; QEMU runs on, so that is not the end. The end is that of the process.
 */
final class LibvirtMonitor implements Monitor {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtMonitor.class);

  private final Vertx vertx;
  private final Context home;
  private final Libvirt libvirt;
  private final UUID instance;
  private final String label;
  private final Duration deadline;
  private final WorkerExecutor thread;
  private final Runnable unlisten;
  private final Promise<Void> closed = Promise.promise();
  private final List<Consumer<QmpEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Map<Promise<Object>, String> waiting = new HashMap<>();
  private @Nullable ProcessHandle process;
  private boolean open = true;

  private LibvirtMonitor(
      Vertx vertx, Libvirt libvirt, UUID instance, String label, Duration deadline) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.libvirt = libvirt;
    this.instance = instance;
    this.label = label;
    this.deadline = deadline;
    this.thread = vertx.createSharedWorkerExecutor("libvirt-" + UUID.randomUUID(), 1);
    this.unlisten = libvirt.listen(instance, new Events());
  }

  /**
   * Opens the monitor of a running domain, on the event loop.
   *
   * @param label names the VM in logs and errors
   * @param deadline for each command that gives none of its own
   */
  static Future<LibvirtMonitor> open(
      Vertx vertx, Libvirt libvirt, UUID instance, String label, Duration deadline) {
    LibvirtMonitor made = new LibvirtMonitor(vertx, libvirt, instance, label, deadline);
    return made.command("query-cpus-fast")
        .compose(cpus -> made.thread.executeBlocking(() -> QemuProcess.ofThread(cpus)))
        .map(
            found -> {
              made.process = found;
              CompletableFuture<Void> unused =
                  found.onExit().thenRun(() -> made.home.runOnContext(v -> made.ended()));
              return made;
            })
        .onFailure(e -> made.close());
  }

  /** The QEMU. */
  ProcessHandle process() {
    return Objects.requireNonNull(process, "it is open");
  }

  /** On libvirt's thread. */
  private final class Events implements Libvirt.Listener {
    @Override
    public void event(String name, long stamp, @Nullable String data) {
      long now = System.nanoTime();
      home.runOnContext(v -> happened(name, stamp, data, now));
    }

    @Override
    public void stopped() {
      home.runOnContext(v -> ended());
    }
  }

  private void happened(String name, long stamp, @Nullable String data, long nanos) {
    JsonObject members;
    try {
      members = data == null ? new JsonObject() : new JsonObject(data);
    } catch (DecodeException e) {
      LOG.warn("{}: libvirt tells of {} with data that is no JSON object", label, name);
      return;
    }
    LOG.trace("{} < {} {}", label, name, members);
    QmpEvent event = new QmpEvent(name, members, nanos, stamp);
    for (Consumer<QmpEvent> listener : listeners) {
      listener.accept(event);
    }
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
    JsonObject message = new JsonObject().put("execute", name);
    if (arguments != null) {
      message.put("arguments", arguments);
    }
    String line = message.encode();
    LOG.trace("{} > {}", label, line);
    Promise<Object> answer = Promise.promise();
    long timer = vertx.setTimer(within.toMillis(), t -> answer.tryFail(late(name, within)));
    thread
        .executeBlocking(() -> send(answer, line), true)
        .map(text -> result(name, text))
        .onSuccess(answer::tryComplete)
        .onFailure(e -> answer.tryFail(translated(name, e)));
    waiting.put(answer, name);
    return answer
        .future()
        .onComplete(
            r -> {
              vertx.cancelTimer(timer);
              waiting.remove(answer);
            });
  }

  /**
   * On the monitor's thread. What nobody waits for any more is not sent: it would come too late.
   */
  private String send(Promise<Object> answer, String line) {
    if (answer.future().isComplete()) {
      throw new LibvirtException("not sent", false);
    }
    return libvirt.monitor(instance, line);
  }

  private Object result(String name, String text) {
    JsonObject message = new JsonObject(text);
    LOG.trace("{} < {}", label, message);
    if (message.getValue("error") instanceof JsonObject error) {
      throw new QmpException(
          QmpException.Kind.REFUSED, "%s: %s: %s".formatted(label, name, error.getString("desc")));
    }
    Object value = message.getValue("return");
    return value == null ? new JsonObject() : value;
  }

  private QmpException translated(String name, Throwable failure) {
    if (failure instanceof QmpException known) {
      return known;
    }
    if (failure instanceof LibvirtException told && told.isNoDomain()) {
      ended();
      return gone(name);
    }
    QmpException.Kind kind =
        failure instanceof DecodeException ? QmpException.Kind.PROTOCOL : QmpException.Kind.TIMEOUT;
    return new QmpException(kind, "%s: %s: %s".formatted(label, name, failure.getMessage()));
  }

  private QmpException late(String name, Duration within) {
    return new QmpException(
        QmpException.Kind.TIMEOUT,
        "%s: %s: no answer within %d ms".formatted(label, name, within.toMillis()));
  }

  private QmpException gone(String name) {
    return new QmpException(
        QmpException.Kind.CLOSED, "%s: %s: the domain has ended".formatted(label, name));
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
    ended();
  }

  private void ended() {
    if (open) {
      open = false;
      unlisten.run();
      thread.close();
      Map.copyOf(waiting).forEach((answer, name) -> answer.tryFail(gone(name)));
      closed.complete();
    }
  }
}
