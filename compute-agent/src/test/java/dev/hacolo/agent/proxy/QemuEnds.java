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
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;

/**
 * Stand-in for one QEMU's packet sockets of one NIC: real Unix sockets and QEMU's wire format, with
 * the test in the place of the guest and of the tap.
 */
final class QemuEnds implements AutoCloseable {
  private static final long DEADLINE_NANOS = 20_000_000_000L;

  private final Path directory;
  private final Map<Stream, ServerSocketChannel> listening = new EnumMap<>(Stream.class);
  private final Map<Stream, SocketChannel> connected = new EnumMap<>(Stream.class);
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
  @org.jspecify.annotations.Nullable
  Frame poll(Stream stream) throws IOException {
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
  }
}
