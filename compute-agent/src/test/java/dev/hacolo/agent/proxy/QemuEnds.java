package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.FrameDecoder;
import dev.hacolo.agent.packet.FrameEncoder;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Stand-in for one QEMU's packet sockets of one NIC: real Unix sockets and QEMU's wire format, with
 * the test in the place of the guest and of the tap.
 */
final class QemuEnds implements AutoCloseable {
  private static final long DEADLINE_NANOS = 20_000_000_000L;

  private final Path directory;
  private final Map<Stream, ServerSocketChannel> listening = new EnumMap<>(Stream.class);
  private final Map<Stream, SocketChannel> connected = new EnumMap<>(Stream.class);
  private @Nullable ServerSocketChannel monitoring;
  private @Nullable SocketChannel monitor;
  private final Map<Stream, FrameDecoder> decoders = new EnumMap<>(Stream.class);
  private final Map<Stream, Queue<Frame>> arrived = new EnumMap<>(Stream.class);
  private final FrameEncoder encoder = new FrameEncoder(true);
  private final ByteBuffer out = ByteBuffer.allocateDirect(2 * Frame.MAX_BYTES);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);

  QemuEnds(Path directory) {
    this.directory = directory;
  }

  /** Listens, as {@code chardev-add} makes QEMU do. */
  Path listen(Stream stream) throws IOException {
    Path socket = directory.resolve(stream + ".sock");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    listening.put(stream, server);
    decoders.put(stream, new FrameDecoder(true));
    arrived.put(stream, new ArrayDeque<>());
    return socket;
  }

  /** Opens the monitor for events, and answers what it is asked there. */
  Path monitor() throws IOException {
    Path socket = directory.resolve("events.sock");
    monitoring = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    monitoring.bind(UnixDomainSocketAddress.of(socket));
    return socket;
  }

  /** Negotiates as QEMU does, once the agent has connected to the monitor. */
  void negotiate() throws IOException {
    SocketChannel accepted = java.util.Objects.requireNonNull(monitoring).accept();
    monitor = accepted;
    say("{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}");
    ByteBuffer asked = ByteBuffer.allocate(4096);
    while (asked.position() == 0 || asked.get(asked.position() - 1) != '\n') {
      if (accepted.read(asked) < 0) {
        throw new IOException("the agent has closed the monitor");
      }
    }
    String command = new String(asked.array(), 0, asked.position(), StandardCharsets.US_ASCII);
    say(
        command.contains("qmp_capabilities")
            ? "{\"return\": {}}"
            : "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}");
  }

  /** Writes a STOP or RESUME with this time stamp to the monitor. */
  void event(String name, long stamp) throws IOException {
    say(
        "{\"timestamp\": {\"seconds\": %d, \"microseconds\": %d}, \"event\": \"%s\"}"
            .formatted(stamp / 1_000_000, stamp % 1_000_000, name));
  }

  private void say(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      java.util.Objects.requireNonNull(monitor).write(bytes);
    }
  }

  /** The connection of a stream; the agent has asked for it. */
  SocketChannel connection(Stream stream) throws IOException {
    SocketChannel known = connected.get(stream);
    if (known != null) {
      return known;
    }
    SocketChannel made = java.util.Objects.requireNonNull(listening.get(stream)).accept();
    connected.put(stream, made);
    return made;
  }

  /** Writes a frame as QEMU's filter does: it waits until the socket has taken it. */
  void write(Stream stream, Frame frame) throws IOException {
    out.clear();
    encoder.encode(frame, out);
    out.flip();
    SocketChannel channel = connection(stream);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /** The next frame that came on a stream; fails if none comes. */
  Frame next(Stream stream) throws IOException {
    long until = System.nanoTime() + DEADLINE_NANOS;
    while (System.nanoTime() - until < 0) {
      Frame frame = poll(stream);
      if (frame != null) {
        return frame;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no frame came on " + stream);
  }

  /** The next frame that has come on a stream, or null. */
  @Nullable Frame poll(Stream stream) throws IOException {
    Queue<Frame> queue = java.util.Objects.requireNonNull(arrived.get(stream));
    if (queue.isEmpty()) {
      SocketChannel channel = connection(stream);
      channel.configureBlocking(false);
      in.clear();
      if (channel.read(in) > 0) {
        java.util.Objects.requireNonNull(decoders.get(stream)).feed(in.flip(), queue::add);
      }
    }
    return queue.poll();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : connected.values()) {
      channel.close();
    }
    for (ServerSocketChannel server : listening.values()) {
      server.close();
    }
    if (monitoring != null) {
      monitoring.close();
    }
    if (monitor != null) {
      monitor.close();
    }
  }
}
