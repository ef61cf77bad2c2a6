package dev.hacolo.agent.libvirt;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** libvirtd's connection to a QEMU's monitor: blocking commands, and events on a thread. */
final class FakeMonitor implements AutoCloseable {
  /** No connection. */
  static final FakeMonitor NONE = new FakeMonitor();

  private static final long PATIENCE_SECONDS = 15;

  private final @Nullable SocketChannel socket;
  private final Map<Long, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
  private long lastId;

  private FakeMonitor() {
    socket = null;
  }

  /**
   * Connects.
   *
   * @param events told of each event's name and data
   * @param ended told when QEMU has closed the monitor
   */
  FakeMonitor(Path path, BiConsumer<String, JsonObject> events, Runnable ended) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(path));
      socket = channel;
      Thread reader = new Thread(() -> read(channel, events, ended), "fake-libvirtd");
      reader.setDaemon(true);
      reader.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command(new JsonObject().put("execute", "qmp_capabilities"));
  }

  private void read(SocketChannel from, BiConsumer<String, JsonObject> events, Runnable ended) {
    try (BufferedReader lines =
        new BufferedReader(Channels.newReader(from, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonObject message = new JsonObject(line);
        CompletableFuture<String> answer = waiting.get(message.getLong("id", 0L));
        if (message.containsKey("event")) {
          events.accept(message.getString("event"), message.getJsonObject("data"));
        } else if (answer != null) {
          answer.complete(line);
        }
      }
    } catch (IOException e) {
      // QEMU has ended.
    }
    ended.run();
    waiting.values().forEach(w -> w.completeExceptionally(new IOException("closed")));
  }

  /** Sends a command and waits for the answer. */
  String command(JsonObject command) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    try {
      send(command, answer);
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | ExecutionException e) {
      throw new LibvirtException("domain is not running", true);
    } catch (TimeoutException e) {
      throw new LibvirtException("monitor does not answer", false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LibvirtException("interrupted", false);
    }
  }

  private synchronized void send(JsonObject command, CompletableFuture<String> answer)
      throws IOException {
    if (socket == null) {
      throw new IOException("no connection");
    }
    waiting.put(++lastId, answer);
    String line = command.copy().put("id", lastId).encode() + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  @Override
  public void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
