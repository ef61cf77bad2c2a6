package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The packet sockets of one VM, by NIC and stream. Confined to its loop. */
final class PacketStreams {
  private static final int READ_BUFFER = 256 << 10;

  private final IoEventLoop loop;
  private final Consumer<String> ended;
  private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BUFFER);
  private final List<Map<Stream, FrameSocket>> nics = new ArrayList<>();

  /** Without a role frames have nowhere to go; but QEMU stands still where nobody reads. */
  private Reader reader = (nic, stream) -> drain(nic, stream, frame -> {});

  /** Told that a stream has frames. */
  interface Reader {
    /** There are frames to {@link #drain}. */
    void readable(int nic, Stream stream);
  }

  /**
   * Without sockets.
   *
   * @param ended told of a socket that ended by itself, with one sentence
   */
  PacketStreams(IoEventLoop loop, Consumer<String> ended) {
    this.loop = loop;
    this.ended = ended;
  }

  /** Replaces the reader. */
  void reader(Reader value) {
    reader = value;
  }

  /**
   * Number of the process at the other end, QEMU's.
   *
   * @throws IOException if there is no socket, or it does not tell
   */
  long peer() throws IOException {
    for (Map<Stream, FrameSocket> nic : nics) {
      for (FrameSocket socket : nic.values()) {
        return socket.peer();
      }
    }
    throw new IOException("no packet socket is connected");
  }

  /** Number of NICs with any stream. */
  int nics() {
    return nics.size();
  }

  void connect(int nic, Stream stream, Path socket) throws IOException {
    while (nics.size() <= nic) {
      nics.add(new EnumMap<>(Stream.class));
    }
    FrameSocket.Listener listener =
        new FrameSocket.Listener() {
          @Override
          public void readable(FrameSocket ready) {
            reader.readable(nic, stream);
          }

          @Override
          public void broken(FrameSocket broken, String reason) {
            nics.get(nic).remove(stream, broken);
            ended.accept("the packet socket %s of NIC %d ended: %s".formatted(stream, nic, reason));
          }
        };
    FrameSocket old = nics.get(nic).put(stream, FrameSocket.connect(loop, socket, input, listener));
    if (old != null) {
      old.close();
    }
  }

  private @Nullable FrameSocket at(int nic, Stream stream) {
    return nic < nics.size() ? nics.get(nic).get(stream) : null;
  }

  /** Hands over what a stream has now. */
  void drain(int nic, Stream stream, Consumer<Frame> frames) {
    FrameSocket socket = at(nic, stream);
    if (socket != null) {
      socket.drain(frames);
    }
  }

  /** Sends a frame; one for a stream that is not there is lost, as on a network. */
  void send(int nic, Stream stream, Frame frame) {
    FrameSocket socket = at(nic, stream);
    if (socket != null) {
      socket.send(frame);
    }
  }

  void disconnect(int nic, Stream stream) {
    FrameSocket socket = nic < nics.size() ? nics.get(nic).remove(stream) : null;
    if (socket != null) {
      socket.close();
    }
  }

  /** Bytes written to QEMU so far by the sockets that are open. */
  long written() {
    long sum = 0;
    for (Map<Stream, FrameSocket> nic : nics) {
      for (FrameSocket socket : nic.values()) {
        sum += socket.written();
      }
    }
    return sum;
  }

  /** Frames dropped because QEMU did not read. */
  long dropped() {
    long sum = 0;
    for (Map<Stream, FrameSocket> nic : nics) {
      for (FrameSocket socket : nic.values()) {
        sum += socket.dropped();
      }
    }
    return sum;
  }

  void close() {
    for (Map<Stream, FrameSocket> nic : nics) {
      List.copyOf(nic.values()).forEach(FrameSocket::close);
      nic.clear();
    }
  }
}
