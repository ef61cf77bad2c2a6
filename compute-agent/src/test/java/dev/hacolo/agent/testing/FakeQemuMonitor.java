package dev.hacolo.agent.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A monitor on a Unix socket that speaks QEMU's wire format (docs/interop/qmp-spec: one JSON object
 * a line, greeting first, replies with the command's id) and otherwise does what a test says. Like
 * QEMU it takes one client after the other. It runs on a thread of its own.
 */
public final class FakeQemuMonitor implements AutoCloseable {
  private static final String GREETING =
      "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\":"
          + " \"fake\"}, \"capabilities\": [\"oob\"]}}";

  private static final Set<String> OUT_OF_BAND = Set.of("yank", "query-yank");

  private final Path path;
  private final Script script;
  private final ServerSocketChannel server;
  private final Thread thread;
  private volatile @Nullable SocketChannel client;
  private boolean oob;

  /** What the monitor does; called on the monitor's thread. */
  public interface Script {
    /** A client has connected. */
    default void connected(FakeQemuMonitor monitor) {
      monitor.greet();
    }

    /** A command other than qmp_capabilities came. */
    void command(FakeQemuMonitor monitor, String name, long id, JsonObject arguments);

    /** One came that is to be carried out at once, whatever the main loop does. */
    default void urgent(FakeQemuMonitor monitor, String name, long id, JsonObject arguments) {
      command(monitor, name, id, arguments);
    }
  }

  /** Listens at once. */
  public FakeQemuMonitor(Path path, Script script) {
    this.path = path;
    this.script = script;
    try {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path), 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::serve, "fake-qemu-monitor");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel accepted = server.accept()) {
        client = accepted;
        script.connected(this);
        BufferedReader lines =
            new BufferedReader(Channels.newReader(accepted, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          message(new JsonObject(line));
        }
      } catch (IOException e) {
        // The client or the monitor is gone.
      }
    }
  }

  private void message(JsonObject message) {
    long id = message.getLong("id");
    JsonObject arguments = message.getJsonObject("arguments", new JsonObject());
    String urgent = message.getString("exec-oob");
    String name = message.getString("execute", urgent);
    if (name.equals("qmp_capabilities")) {
      oob = arguments.getJsonArray("enable", new JsonArray()).contains("oob");
      reply(id, new JsonObject());
    } else if (urgent == null) {
      script.command(this, name, id, arguments);
    } else if (oob && OUT_OF_BAND.contains(urgent)) {
      script.urgent(this, urgent, id, arguments);
    } else {
      refuse(id, "Out-of-band execution is not possible for " + urgent);
    }
  }

  /** Sends QEMU's greeting. */
  public void greet() {
    line(GREETING);
  }

  /** Answers a command. */
  public void reply(long id, Object result) {
    line(new JsonObject().put("return", result).put("id", id).encode());
  }

  /** Answers a command with an error. */
  public void refuse(long id, String description) {
    JsonObject error = new JsonObject().put("class", "GenericError").put("desc", description);
    line(new JsonObject().put("error", error).put("id", id).encode());
  }

  /** Sends an event. */
  public void event(String name, JsonObject data) {
    JsonObject stamp = new JsonObject().put("seconds", 1L).put("microseconds", 2L);
    line(new JsonObject().put("timestamp", stamp).put("event", name).put("data", data).encode());
  }

  private void line(String text) {
    raw(text + "\r\n");
  }

  /** Sends bytes as they are. */
  public synchronized void raw(String text) {
    SocketChannel to = client;
    if (to == null) {
      throw new IllegalStateException("no client");
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
    } catch (IOException e) {
      // The client is gone, as a QEMU would find out.
    }
  }

  /** Closes the client's connection; the monitor goes on listening. */
  public void hangUp() {
    SocketChannel open = client;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Ends as a killed QEMU does: no more connection, the socket's file stays. */
  public void die() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hangUp();
    try {
      // A thread in accept() keeps the socket open until it has woken up.
      if (Thread.currentThread() != thread) {
        thread.join(TimeUnit.SECONDS.toMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    die();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
