package dev.hacolo.bed.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunRemoval;
import dev.hacolo.bed.process.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real TCP between two namespaces: what is late or lost, and that nothing is damaged. */
@Tag("two-node")
@Timeout(60)
class LinkRelayTest {
  private static final int MOST_TALKS = 50;
  private static final int BYTES = 4 << 20;
  private static final int PORT = 7000;

  private RunDirectory run = StateDirectory.configured().newRun();
  private TwoNodeNetwork network = TwoNodeNetwork.create(run);
  private TwoNodeNetwork.Node a = network.node("node-a");
  private TwoNodeNetwork.Node b = network.node("node-b");
  private ServerSocket server = listen();

  @BeforeEach
  void echo() {
    Thread thread = new Thread(this::serve, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void remove() throws IOException {
    server.close();
    RunRemoval.remove(run);
  }

  private ServerSocket listen() {
    try {
      return b.namespace()
          .call(() -> new ServerSocket(PORT, 5, InetAddress.getByName(b.address())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        // The client's end, or the test's.
      }
    }
  }

  /** Sends bytes there and back; says how long that took. */
  private Duration talk(int bytes) throws Exception {
    return a.namespace().call(() -> exchange(bytes));
  }

  private Duration exchange(int bytes) throws IOException {
    byte[] sent = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      sent[i] = (byte) (i * 31 + (i >> 11));
    }
    long begun = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(b.address(), PORT), 30_000);
      socket.setSoTimeout(30_000);
      Thread writer = new Thread(() -> write(socket, sent), "writer");
      writer.start();
      try (InputStream in = socket.getInputStream()) {
        assertThat(in.readNBytes(bytes)).isEqualTo(sent);
      }
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
    } catch (IOException e) {
      // Seen by the reader.
    }
  }

  @Test
  void aDelayIsSeenByEachRoundTripAndNothingIsDamaged() throws Exception {
    try (LinkRelay relay = network.disturb(a, Disturbance.delayed(Duration.ofMillis(100)))) {
      assertThat(relay).isNotNull();
      // A connection, and then a request with its answer: two round trips.
      assertThat(talk(1)).isGreaterThan(Duration.ofMillis(400));
      talk(BYTES);
    }
    talk(BYTES);
  }

  @Test
  void whatALossyLinkLosesIsSentAgain() throws Exception {
    try (LinkRelay relay = network.disturb(a, Disturbance.lossy(50))) {
      assertThat(relay).isNotNull();
      // Of the few large frames of one talk often none is lost.
      for (int talks = 0; talks < MOST_TALKS && retransmittedByEither() == 0; talks++) {
        talk(BYTES / 8);
      }
      assertThat(retransmittedByEither()).isPositive();
    }
  }

  private long retransmittedByEither() throws Exception {
    return a.namespace().call(LinkRelayTest::retransmitted)
        + b.namespace().call(LinkRelayTest::retransmitted);
  }

  /** Of the calling thread's namespace; the second line of Tcp in /proc/net/snmp. */
  private static long retransmitted() throws IOException {
    String[] lines =
        java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/thread-self/net/snmp"))
            .stream()
            .filter(line -> line.startsWith("Tcp:"))
            .toArray(String[]::new);
    int column = Arrays.asList(lines[0].split(" ", -1)).indexOf("RetransSegs");
    return Long.parseLong(lines[1].split(" ", -1)[column]);
  }

  @Test
  void aSlowLinkTakesItsTime() throws Exception {
    try (LinkRelay relay = network.disturb(a, Disturbance.slow(1 << 20))) {
      assertThat(relay).isNotNull();
      // Half a second there, half a second back, most of it at once.
      assertThat(talk(1 << 19)).isGreaterThan(Duration.ofMillis(450));
    }
  }

  @Test
  void oneDirectionAloneCanBeCut() throws Exception {
    network.cutOneWay(a, b, true);
    try {
      assertThat(a.namespace().call(this::connects)).isFalse();
    } finally {
      network.cutOneWay(a, b, false);
    }
    talk(1);
  }

  private boolean connects() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(b.address(), PORT), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
