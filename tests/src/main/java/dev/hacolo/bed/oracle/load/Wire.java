package dev.hacolo.bed.oracle.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a service of the guest. Every read has a deadline. Not thread-safe. */
final class Wire implements AutoCloseable {
  private static final int CONNECT_MS = 3000;
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int LONGEST_BLOCK = 1 << 20;

  private final Socket socket = new Socket();
  private final InputStream in;

  /**
   * Connects.
   *
   * @param patienceMs longest wait for the next bytes of an answer
   */
  Wire(InetSocketAddress service, int patienceMs) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(patienceMs);
      socket.connect(service, CONNECT_MS);
      in = new BufferedInputStream(socket.getInputStream(), 4096);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A line without its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = read(); b != '\n'; b = read()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line has no end");
      }
      line.append((char) b);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  /** So many bytes and the end of the line behind them. */
  String block(int length) throws IOException {
    if (length < 0 || length > LONGEST_BLOCK) {
      throw new IOException("a block of %d bytes".formatted(length));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection was closed");
    }
    line();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost with it.
    }
  }

  private int read() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the connection was closed");
    }
    return b;
  }
}
