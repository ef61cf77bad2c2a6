package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver against a server on loopback that resets, lies or falls silent. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ScriptedGuestTest {
  private static final WriteScheme SCHEME = new WriteScheme(100);
  private static final int SILENCE_MS = 300;

  private final ConnectionRecord record =
      new ConnectionRecord(1, Protocol.MEMCACHED, System.nanoTime());

  @Test
  void aResetIsFound() throws Exception {
    runAgainst(
        (socket, in, out) -> {
          readRequest(in);
          socket.setSoLinger(true, 0); // Closing now sends RST.
        });
    assertThat(record.snapshot().broken()).isNotNull();
    assertThat(record.snapshot().writePending()).isTrue();
    assertThat(record.snapshot().acknowledgedWrites()).isZero();
  }

  @Test
  void silenceIsFound() throws Exception {
    runAgainst(
        (socket, in, out) -> {
          readRequest(in);
          in.read(); // Until the client gives up.
        });
    assertThat(record.snapshot().broken()).isEqualTo("silent for more than 300 ms");
  }

  @Test
  void aWrongValueIsFoundAndTheConnectionGoesOn() throws Exception {
    byte[] wrong = SCHEME.value(1, 1);
    wrong[40] ^= 1;
    runAgainst(
        (socket, in, out) -> {
          readRequest(in);
          answer(out, "STORED\r\n");
          readRequest(in);
          answer(out, "VALUE " + SCHEME.key(1, 1) + " 0 64\r\n");
          out.write(wrong);
          answer(out, "\r\nEND\r\n");
          readRequest(in);
          answer(out, "STORED\r\n");
          readRequest(in);
        });
    assertThat(record.snapshot().wrongAnswers()).isEqualTo(1);
    assertThat(record.snapshot().acknowledgedWrites()).isEqualTo(2);
  }

  private interface Script {
    void play(Socket socket, InputStream in, OutputStream out) throws IOException;
  }

  private void runAgainst(Script script) throws Exception {
    TrafficSettings settings =
        new TrafficSettings("unused", SCHEME, 1, SILENCE_MS, Path.of("/unused"));
    Driver driver = new Driver(record, settings, new OutageWatch(a -> {}), new PauseGate());
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread guest = new Thread(() -> play(server, script));
      guest.start();
      try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
        client.setSoTimeout(SILENCE_MS);
        driver.driveOn(client);
      }
      guest.join();
    }
    assertThat(record.snapshot().broken()).isNotNull();
  }

  private static void play(ServerSocket server, Script script) {
    try (Socket socket = server.accept()) {
      script.play(socket, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      // The client has closed: that is how a script ends.
    }
  }

  /** One request of the text protocol: a get is one line, a set two. */
  private static void readRequest(InputStream in) throws IOException {
    String line = readLine(in);
    if (line.startsWith("set")) {
      readLine(in);
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString();
  }

  private static void answer(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
