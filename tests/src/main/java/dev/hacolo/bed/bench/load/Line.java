package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.process.BedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection, or one socket for datagrams, with at most one request outstanding. */
final class Line implements AutoCloseable {
  private static final int CONNECT_MS = 10_000;
  private static final int REQUEST_ROOM = 2048;

  private final Talk talk;
  private final ByteChannel channel;
  private final boolean datagrams;
  private final ByteBuffer in;
  private final ByteBuffer out = ByteBuffer.allocateDirect(REQUEST_ROOM);

  private long sentAt;
  private long lastSentAt;
  private long dueAt;
  private boolean outstanding;

  private Line(Talk talk, ByteChannel channel, boolean datagrams, int room) {
    this.talk = talk;
    this.channel = channel;
    this.datagrams = datagrams;
    this.in = ByteBuffer.allocateDirect(room);
  }

  /** Connects and registers for reading; the key's attachment is the line. */
  static Line open(
      Talk talk, InetSocketAddress guest, boolean datagrams, int room, Selector selector)
      throws IOException {
    Line line;
    if (datagrams) {
      DatagramChannel channel = DatagramChannel.open().connect(guest);
      line = new Line(talk, channel, true, room);
      line.register(channel, selector);
    } else {
      SocketChannel channel = SocketChannel.open();
      channel.socket().connect(guest, CONNECT_MS);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      line = new Line(talk, channel, false, room);
      line.register(channel, selector);
    }
    return line;
  }

  boolean isDatagrams() {
    return datagrams;
  }

  /** Whether an answer is awaited. */
  boolean isOutstanding() {
    return outstanding;
  }

  /** When the last request was sent for the first time, in ns of {@link System#nanoTime}. */
  long sentAt() {
    return sentAt;
  }

  /** When it was sent for the last time. */
  long lastSentAt() {
    return lastSentAt;
  }

  boolean isWarm() {
    return talk.isWarm();
  }

  /** When the next request is to be sent, if there is a time for that. */
  long dueAt() {
    return dueAt;
  }

  /** The next request is to be sent at this time, not earlier. */
  void dueAt(long nanos) {
    dueAt = nanos;
  }

  /**
   * Sends the next request.
   *
   * @param since counts as the time at which it was sent
   */
  void send(long since) throws IOException {
    send();
    sentAt = since;
  }

  /** Sends the next request. */
  void send() throws IOException {
    out.clear();
    talk.request(out);
    out.flip();
    in.clear();
    outstanding = true;
    sentAt = System.nanoTime();
    write(sentAt);
  }

  /** Sends the same request again. */
  void sendAgain() throws IOException {
    out.rewind();
    write(System.nanoTime());
  }

  /** Takes what has come; true if the outstanding request is answered by it. */
  boolean receive() throws Exception {
    // A datagram socket may hold late answers in front of the right one; none stays in the buffer.
    int read = channel.read(in);
    if (read < 0) {
      throw new IOException("the guest has closed the connection");
    }
    if (!outstanding) {
      if (read > 0 && !datagrams) {
        throw new IOException("the guest says something unasked");
      }
      in.clear();
      return false;
    }
    boolean answered = talk.isAnswered(in);
    outstanding = !answered;
    return answered;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost with it.
    }
  }

  private void write(long now) throws IOException {
    lastSentAt = now;
    channel.write(out);
    if (out.hasRemaining()) {
      throw new IOException("the request does not fit into the socket's buffer");
    }
  }

  private void register(SelectableChannel selectable, Selector selector) throws IOException {
    selectable.configureBlocking(false);
    if (selectable.register(selector, SelectionKey.OP_READ, this) == null) {
      throw new BedException("a connection cannot be watched");
    }
  }
}
