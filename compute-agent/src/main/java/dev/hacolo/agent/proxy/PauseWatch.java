package dev.hacolo.agent.proxy;

import dev.hacolo.agent.qmp.QmpEvent;
import io.netty.channel.unix.Socket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Whether a VM has stopped, read from a monitor of its own at the very moment at which it matters.
 * QEMU writes a STOP to all its monitors before it does anything of the checkpoint that the VM
 * stops for; the agent's own monitor is read on another loop, which may be behind. Confined to its
 * loop.
 */
final class PauseWatch {
  private static final byte[] GREETING_ANSWER =
      "{\"execute\":\"qmp_capabilities\"}\r\n".getBytes(StandardCharsets.US_ASCII);

  /** QEMU's events are some hundred bytes. */
  private static final int MAX_LINE = 1 << 20;

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Socket socket;
  private final Runnable ready;
  private final Consumer<String> ended;
  private final long deadline = System.nanoTime() + PATIENCE_NANOS;
  private final ByteBuffer input = ByteBuffer.allocateDirect(16 << 10);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Stamps told = new Stamps();
  private boolean listening;
  private boolean closed;
  private boolean anyStop;
  private long lastStop;

  /** The stops that the agent has told of last; QEMU's clock may be set back, so no order. */
  private static final class Stamps {
    private final long[] last = new long[8];
    private int count;

    void add(long stamp) {
      last[count++ % last.length] = stamp;
    }

    boolean contains(long stamp) {
      for (int i = 0; i < Math.min(count, last.length); i++) {
        if (last[i] == stamp) {
          return true;
        }
      }
      return false;
    }
  }

  private PauseWatch(Socket socket, Runnable ready, Consumer<String> ended) {
    this.socket = socket;
    this.ready = ready;
    this.ended = ended;
  }

  /**
   * Connects to a listening monitor.
   *
   * @param ready told once, on the loop, when QEMU tells of events
   * @param ended told at most once, on the loop, with one sentence, when it does not do so in time
   *     or no more
   * @throws IOException if nobody accepts
   */
  static PauseWatch open(Path monitor, Runnable ready, Consumer<String> ended) throws IOException {
    Socket socket = QemuSocket.connect(monitor);
    try {
      ByteBuffer command = ByteBuffer.allocateDirect(GREETING_ANSWER.length);
      command.put(GREETING_ANSWER).flip();
      if (socket.send(command, 0, command.limit()) != command.limit()) {
        throw new IOException("it takes no command");
      }
      return new PauseWatch(socket, ready, ended);
    } catch (IOException e) {
      QemuSocket.close(socket);
      throw e;
    }
  }

  /** Keeps QEMU's events from piling up; called every 10 ms or so. */
  void tick(long now) {
    read();
    if (!listening && !closed && now - deadline > 0) {
      fail("QEMU's second monitor does not answer");
    }
  }

  /** Whether QEMU has told here of a stop that the agent has not told of yet. */
  boolean hasStopped() {
    read();
    return anyStop && !told.contains(lastStop);
  }

  /** The agent has told of this stop. */
  void told(long stamp) {
    told.add(stamp);
  }

  private void read() {
    try {
      while (!closed) {
        input.clear();
        int count = socket.recv(input, 0, input.capacity());
        if (count == 0) {
          return;
        }
        if (count < 0) {
          fail("QEMU closed its second monitor");
          return;
        }
        for (int i = 0; i < count; i++) {
          take(input.get(i));
        }
      }
    } catch (IOException | DecodeException e) {
      fail("QEMU's second monitor broke: " + e.getMessage());
    }
  }

  private void take(byte next) throws IOException {
    if (next != '\n') {
      line.write(next);
      if (line.size() > MAX_LINE) {
        throw new IOException("a line of more than %d bytes".formatted(MAX_LINE));
      }
      return;
    }
    JsonObject message = new JsonObject(line.toString(StandardCharsets.UTF_8));
    line.reset();
    if (QmpEvent.is(message)) {
      QmpEvent event = QmpEvent.of(message, 0);
      if (event.name().equals("STOP")) {
        anyStop = true;
        lastStop = event.stamp();
      }
    } else if (message.containsKey("return") && !listening) {
      listening = true;
      ready.run();
    } else if (message.containsKey("error")) {
      throw new IOException("it refuses events");
    }
  }

  private void fail(String reason) {
    if (!closed) {
      close();
      ended.accept(reason);
    }
  }

  /** Disconnects. */
  void close() {
    if (!closed) {
      closed = true;
      QemuSocket.close(socket);
    }
  }
}
