package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.BrokenStreamException;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.FrameDecoder;
import dev.hacolo.agent.packet.FrameEncoder;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of QEMU's packet sockets. Unlike a channel of Netty it can be read at any moment until it is
 * empty, which the order of inputs, outputs and epoch marks rests on. Confined to its loop.
 */
final class FrameSocket {
  private static final Logger LOG = LoggerFactory.getLogger(FrameSocket.class);

  /** Frames for QEMU that wait at most; QEMU always reads, so this is for a moment only. */
  static final int MAX_WAITING_BYTES = 8 << 20;

  private static final int BUFFER = 1 << 20;

  // <asm-generic/socket.h>, the same wherever KVM's QEMU runs.
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  private static final EpollIoOps READ = EpollIoOps.EPOLLIN;
  private static final EpollIoOps READ_AND_WRITE = READ.with(EpollIoOps.EPOLLOUT);

  private final IoEventLoop loop;
  private final Socket socket;
  private final FrameDecoder decoder = new FrameDecoder(true);
  private final FrameEncoder encoder = new FrameEncoder(true);
  private final ByteBuffer input;
  private final Listener listener;
  private ByteBuffer output = ByteBuffer.allocateDirect(BUFFER);
  private @Nullable IoRegistration registration;
  private boolean flushing;
  private boolean blocked;
  private boolean closed;
  private long written;
  private long dropped;

  /** Told of what happens, on the loop. */
  interface Listener {
    /** There is something to {@link #drain}. */
    void readable(FrameSocket socket);

    /** The socket is of no use any more; not called after {@link #close}. */
    void broken(FrameSocket socket, String reason);
  }

  /**
   * Connects to a listening socket, which takes no time for a Unix socket.
   *
   * @param input buffer for reading, shared by the sockets of one loop
   */
  static FrameSocket connect(IoEventLoop loop, Path path, ByteBuffer input, Listener listener)
      throws IOException {
    return new FrameSocket(loop, QemuSocket.connect(path), input, listener);
  }

  private FrameSocket(IoEventLoop loop, Socket socket, ByteBuffer input, Listener listener) {
    this.loop = loop;
    this.socket = socket;
    this.input = input;
    this.listener = listener;
    loop.register(new Handle())
        .addListener(
            done -> {
              if (done.isSuccess()) {
                registered((IoRegistration) done.getNow());
              } else {
                fail(String.valueOf(done.cause()));
              }
            });
  }

  private void registered(IoRegistration mine) {
    registration = mine;
    if (closed) {
      mine.cancel();
    } else {
      blocked = output.position() > 0;
      mine.submit(blocked ? READ_AND_WRITE : READ);
    }
  }

  private final class Handle implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return socket;
    }

    @Override
    public void handle(IoRegistration mine, IoEvent event) {
      try {
        ready(((EpollIoEvent) event).ops());
      } catch (RuntimeException | Error e) {
        // It would end the loop, and with it every session there.
        LOG.error("a fault on the packet path", e);
        fail("the agent has a fault: " + e);
      }
    }

    private void ready(EpollIoOps ready) {
      if (ready.contains(EpollIoOps.EPOLLOUT)) {
        write();
      }
      // An end or an error is found by reading.
      if (!closed && ready.value() != EpollIoOps.EPOLLOUT.value()) {
        listener.readable(FrameSocket.this);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Number of the process that listened at the other end (SO_PEERCRED, unix(7)). */
  long peer() throws IOException {
    ByteBuffer credentials = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
    socket.getRawOpt(SOL_SOCKET, SO_PEERCRED, credentials);
    return credentials.getInt(0);
  }

  /** Hands over every frame that QEMU has written so far. */
  void drain(Consumer<Frame> frames) {
    try {
      while (!closed) {
        input.clear();
        int count = socket.recv(input, 0, input.capacity());
        if (count == 0) {
          return;
        }
        if (count < 0) {
          fail("QEMU closed it");
          return;
        }
        decoder.feed(input.position(0).limit(count), frames);
        if (count < input.capacity()) {
          // A Unix socket gives all it has: a short read has emptied it.
          return;
        }
      }
    } catch (IOException | BrokenStreamException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  /** Gives QEMU a frame; it goes out with the others of this turn of the loop. */
  boolean send(Frame frame) {
    int length = encoder.encodedLength(frame);
    if (closed || !makeRoom(length)) {
      dropped++;
      return false;
    }
    encoder.encode(frame, output);
    written += length;
    if (!flushing) {
      flushing = true;
      loop.execute(this::flush);
    }
    return true;
  }

  private boolean makeRoom(int length) {
    if (output.remaining() >= length) {
      return true;
    }
    write();
    if (output.remaining() >= length) {
      return true;
    }
    int capacity = Math.max(2 * output.capacity(), output.position() + length);
    if (capacity > MAX_WAITING_BYTES) {
      return false;
    }
    output = ByteBuffer.allocateDirect(capacity).put(output.flip());
    return true;
  }

  private void flush() {
    flushing = false;
    if (!closed && !blocked) {
      write();
    }
  }

  private void write() {
    if (closed) {
      return;
    }
    try {
      output.flip();
      int sent = 1;
      // Until it is empty or the socket is full.
      while (output.hasRemaining() && sent > 0) {
        sent = socket.send(output, output.position(), output.limit());
        output.position(output.position() + sent);
      }
      output.compact();
      interest(output.position() > 0);
    } catch (IOException e) {
      output.clear();
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void interest(boolean write) {
    if (write != blocked && registration != null) {
      blocked = write;
      registration.submit(write ? READ_AND_WRITE : READ);
    }
  }

  /** Bytes given to {@link #send} so far that were not dropped. */
  long written() {
    return written;
  }

  /** Frames dropped because QEMU did not read. */
  long dropped() {
    return dropped;
  }

  private void fail(String reason) {
    if (!closed) {
      close();
      listener.broken(this, reason);
    }
  }

  /** Disconnects; what waits is lost. */
  void close() {
    if (!closed) {
      closed = true;
      if (registration != null) {
        registration.cancel();
      }
      QemuSocket.close(socket);
    }
  }
}
