package dev.hacolo.agent.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A stand-in QEMU's packet socket for load: it never blocks, and looks at frames where they were
 * read. For one thread.
 */
final class LoadSocket {
  /** QEMU's two lengths in front of a frame. */
  static final int PREFIX = 8;

  private static final int BUFFER = 1 << 18;

  private final SocketChannel channel;
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] data = new byte[BUFFER];
  private final ByteBuffer in = ByteBuffer.wrap(data);

  /** Gets each frame that came. */
  interface Sink {
    /** A frame with its virtio-net header, in an array that is only lent. */
    void frame(byte[] data, int at, int length);
  }

  LoadSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
  }

  /** Whether a frame of so many bytes can be put. */
  boolean hasRoom(int length) {
    return out.remaining() >= length + PREFIX;
  }

  /** Puts a frame that consists of two parts; it leaves with {@link #flush}. */
  void put(byte[] header, byte[] content, int from, int length) {
    out.putInt(header.length + length).putInt(LoadFrames.VNET).put(header);
    out.put(content, from, length);
  }

  /** Writes what the socket takes. */
  void flush() throws IOException {
    if (out.position() > 0) {
      out.flip();
      channel.write(out);
      out.compact();
    }
  }

  /** Whether all that was put is written. */
  boolean flushed() {
    return out.position() == 0;
  }

  /** Hands over what has come; one read. Returns whether there was anything. */
  boolean poll(Sink sink) throws IOException {
    int count = channel.read(in);
    if (count < 0) {
      throw new IOException("the agent closed a packet socket");
    }
    int end = in.position();
    int at = 0;
    while (end - at >= PREFIX) {
      int length = in.getInt(at);
      if (end - at - PREFIX < length) {
        break;
      }
      if (in.getInt(at + Integer.BYTES) != LoadFrames.VNET) {
        throw new AssertionError("a virtio-net header of another length came back");
      }
      sink.frame(data, at + PREFIX, length);
      at += PREFIX + length;
    }
    in.flip().position(at);
    in.compact();
    return count > 0;
  }
}
