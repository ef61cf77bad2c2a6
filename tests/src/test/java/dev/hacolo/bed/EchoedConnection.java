package dev.hacolo.bed;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** A connection whose other end, in the guest, sends back what it gets. Not thread-safe. */
final class EchoedConnection implements AutoCloseable {
  private static final int DEADLINE_MILLIS = 15_000;

  private final Socket socket;
  private final DataInputStream in;
  private final Random random = new Random(7);

  /** Takes over a connected socket. */
  EchoedConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(DEADLINE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Sends random bytes and checks that the same come back. */
  void exchange(int bytes) throws IOException {
    byte[] sent = new byte[bytes];
    random.nextBytes(sent);
    socket.getOutputStream().write(sent);
    byte[] back = new byte[bytes];
    in.readFully(back);
    if (!Arrays.equals(sent, back)) {
      throw new IOException(
          "%d bytes came back changed from byte %d on"
              .formatted(bytes, Arrays.mismatch(sent, back)));
    }
  }

  /** Stores a value in the guest's memcached over this connection and reads it again. */
  void memcached(String value) throws IOException {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    String key = "idle" + socket.getLocalPort();
    ask("set %s 0 0 %d\r\n%s\r\n".formatted(key, bytes.length, value), "STORED\r\n");
    ask(
        "get %s\r\n".formatted(key),
        "VALUE %s 0 %d\r\n%s\r\nEND\r\n".formatted(key, bytes.length, value));
  }

  private void ask(String question, String answer) throws IOException {
    socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
    byte[] got = new byte[answer.length()];
    in.readFully(got);
    String text = new String(got, StandardCharsets.US_ASCII);
    if (!text.equals(answer)) {
      throw new IOException("'%s' was answered with '%s'".formatted(question, text));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
