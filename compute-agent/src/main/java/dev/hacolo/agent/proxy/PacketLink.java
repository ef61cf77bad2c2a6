package dev.hacolo.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packet link: messages both ways over one TLS connection. What is sent in one turn of the loop
 * goes out together. Confined to its loop.
 */
final class PacketLink extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(PacketLink.class);

  /** Bytes that wait for the network at most; a peer that is so far behind is as good as lost. */
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private static final int BATCH = 64 << 10;
  private static final long DELAY_NANOS = 1_000_000;
  private static final int FIRST_BYTES = 2048;

  private final SocketChannel channel;
  private Observer observer;
  private @Nullable ByteBuf unread;
  private @Nullable ByteBuf batch;
  private boolean scheduled;
  private boolean delayed;
  private boolean over;

  /** Told of what comes, on the loop. */
  interface Observer {
    /** Something has been read and is told next, message by message. */
    default void arrived() {}

    /** A message of the peer. */
    void message(PacketMessage message);

    /** All that came together has been told. */
    default void together() {}

    /** The link is gone; told once, and not after {@link #close}. */
    void lost(String reason);
  }

  PacketLink(SocketChannel channel, Observer observer) {
    this.channel = channel;
    this.observer = observer;
  }

  /** Replaces the observer. */
  void observe(Observer value) {
    observer = value;
  }

  /** Who is told now. */
  Observer observer() {
    return observer;
  }

  /** Runs something on the loop in so many nanoseconds, unless the link is over by then. */
  void later(Runnable step, long nanos) {
    var unused =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (!over) {
                    step.run();
                  }
                },
                nanos,
                TimeUnit.NANOSECONDS);
  }

  /** Sends a message at the end of this turn of the loop. */
  void send(PacketMessage message) {
    append(message);
    if (!scheduled && !over) {
      scheduled = true;
      channel.eventLoop().execute(this::flush);
    }
  }

  /** Sends a message with the next one, or in a millisecond: each flush wakes the peer. */
  void sendWithNext(PacketMessage message) {
    append(message);
    if (!scheduled && !delayed && !over) {
      delayed = true;
      later(this::flushDelayed, DELAY_NANOS);
    }
  }

  private void flushDelayed() {
    delayed = false;
    if (batch != null) {
      flush();
    }
  }

  private void append(PacketMessage message) {
    if (over) {
      return;
    }
    ByteBuf open = batch == null ? channel.alloc().buffer(FIRST_BYTES) : batch;
    PacketMessageCodec.encode(message, open);
    batch = open;
    if (open.readableBytes() >= BATCH) {
      write();
    }
  }

  private void write() {
    ByteBuf full = batch;
    batch = null;
    if (full != null) {
      var unused = channel.write(full, channel.voidPromise());
    }
  }

  private void flush() {
    scheduled = false;
    write();
    channel.flush();
    if (channel.unsafe().outboundBuffer() != null
        && channel.unsafe().outboundBuffer().totalPendingWriteBytes() > MAX_WAITING_BYTES) {
      end("the peer takes nothing: more than %d MiB wait".formatted(MAX_WAITING_BYTES >> 20));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object data) {
    ByteBuf more = (ByteBuf) data;
    ByteBuf all = unread == null ? more : join(unread, more);
    unread = null;
    try {
      observer.arrived();
      read(all);
    } catch (IllegalArgumentException e) {
      end(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      LOG.error("a fault on the packet path", e);
      end("the agent has a fault on the packet path: " + e);
    }
    if (all.isReadable() && !over) {
      unread = all;
    } else {
      all.release();
    }
  }

  private static ByteBuf join(ByteBuf first, ByteBuf more) {
    ByteBuf all = first.discardSomeReadBytes().writeBytes(more);
    more.release();
    return all;
  }

  private void read(ByteBuf all) {
    while (!over && all.readableBytes() >= Integer.BYTES) {
      int length = all.getInt(all.readerIndex());
      if (length <= 0 || length > PacketMessage.MAX_BYTES) {
        throw new IllegalArgumentException(
            "a message of %d bytes on the packet link: allowed are 1 to %d"
                .formatted(length, PacketMessage.MAX_BYTES));
      }
      if (all.readableBytes() < Integer.BYTES + length) {
        return;
      }
      all.skipBytes(Integer.BYTES);
      observer.message(PacketMessageCodec.decode(all.readSlice(length)));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!over) {
      observer.together();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("the peer's end of the packet link closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
    end("the packet link broke: " + Objects.requireNonNullElse(fault.getMessage(), fault));
  }

  private void end(String reason) {
    if (!over) {
      close();
      observer.lost(reason);
    }
  }

  /** Closes the link; what waits is sent if the network takes it at once. */
  void close() {
    if (!over) {
      write();
      over = true;
      channel.flush();
      var unused = channel.close();
      if (unread != null) {
        ReferenceCountUtil.release(unread);
        unread = null;
      }
    }
  }

  /** Whether the link is open. */
  boolean isOpen() {
    return !over;
  }
}
