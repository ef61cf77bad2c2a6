package dev.hacolo.bed.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop against servers on loopback that answer rightly, wrongly, or not at all. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LoadLoopTest {
  private static final long MS = 1_000_000;
  private static final byte[] PAGE = new byte[65_536];

  static {
    new java.util.Random(3).nextBytes(PAGE);
  }

  private interface Service {
    void serve(InputStream in, OutputStream out) throws IOException;
  }

  /** What a loop has found. */
  private record Found(long operations, long errors, long retries, String problem) {}

  @Test
  void aStoreThatIsRightHasNoErrors() throws Exception {
    ScriptedStore store = new ScriptedStore(answer -> answer);
    Found memcached = run(Workload.MEMCACHED_MIXED, 4, store::memcached);
    assertThat(memcached.problem()).isEmpty();
    assertThat(memcached.operations()).isGreaterThan(100);
    Found redis = run(Workload.REDIS_MOSTLY_READ, 3, new ScriptedStore(a -> a)::redis);
    assertThat(redis.problem()).isEmpty();
    assertThat(redis.operations()).isGreaterThan(100);
  }

  /** 200 a second on each connection, for 1.2 s. */
  @Test
  void noMoreIsAskedThanIsToBeOffered() throws Exception {
    Found found = run(Workload.MEMCACHED_PACED, 3, new ScriptedStore(a -> a)::memcached);
    assertThat(found.problem()).isEmpty();
    assertThat(found.operations()).isBetween(3 * 60L, 3 * 241L);
  }

  @Test
  void aPageThatIsRightHasNoErrors() throws Exception {
    ScriptedStore store = new ScriptedStore(answer -> answer);
    Found found = run(Workload.WEB, 2, (in, out) -> store.web(PAGE, in, out));
    assertThat(found.problem()).isEmpty();
    assertThat(found.operations()).isGreaterThan(10);
  }

  @Test
  void oneWrongByteOfAValueIsFound() throws Exception {
    ScriptedStore store = new ScriptedStore(spoilOnce(300, a -> flipped(a, a.length - 200)));
    Found found = run(Workload.MEMCACHED_READ, 2, store::memcached);
    assertThat(found.errors()).isEqualTo(1);
    assertThat(found.problem()).contains("a get of key").contains("a value that was set for it");
  }

  @Test
  void aRefusedSetIsFound() throws Exception {
    Found found =
        run(
            Workload.REDIS_MOSTLY_READ,
            1,
            new ScriptedStore(spoilOnce(5, a -> Ascii.bytes("-OOM no\r\n")))::redis);
    assertThat(found.errors()).isPositive();
    assertThat(found.problem()).contains("redis set was answered '-OO");
  }

  @Test
  void moreThanAnAnswerIsFound() throws Exception {
    UnaryOperator<byte[]> longer = a -> Arrays.copyOf(a, a.length + 3);
    Found found =
        run(Workload.MEMCACHED_READ, 1, new ScriptedStore(spoilOnce(250, longer))::memcached);
    assertThat(found.errors()).isPositive();
    assertThat(found.problem()).isNotEmpty();
  }

  @Test
  void aPageWithOneWrongByteOrLengthIsFound() throws Exception {
    ScriptedStore wrongByte = new ScriptedStore(spoilOnce(3, a -> flipped(a, a.length - 1)));
    Found found = run(Workload.WEB, 1, (in, out) -> wrongByte.web(PAGE, in, out));
    assertThat(found.problem()).contains("the page from byte 65535");
    ScriptedStore right = new ScriptedStore(a -> a);
    Found other = run(Workload.WEB, 1, (in, out) -> right.web(new byte[100], in, out));
    assertThat(other.problem()).contains("Content-Length: 65536");
  }

  @Test
  void aClosedAndASilentConnectionAreFound() throws Exception {
    Found closed = run(Workload.MEMCACHED_READ, 1, (in, out) -> in.read());
    assertThat(closed.errors()).isPositive();
    assertThat(closed.problem()).isNotEmpty();
    Found silent = run(Workload.MEMCACHED_READ, 1, (in, out) -> in.readAllBytes());
    assertThat(silent.problem()).contains("silent for more than");
  }

  @Test
  void datagramsAreEchoedAndLostOnesSentAgain() throws Exception {
    Found found = echo(number -> number == 400 ? 0 : 1, packet -> {});
    assertThat(found.problem()).isEmpty();
    assertThat(found.operations()).isGreaterThan(100);
    // Sent again within warm-up or measurement; only the latter is counted.
    assertThat(found.retries()).isLessThanOrEqualTo(1);
    Found lossy = echo(number -> number % 50 == 49 ? 0 : 1, packet -> {});
    assertThat(lossy.problem()).isEmpty();
    assertThat(lossy.retries()).isPositive();
  }

  @Test
  void aSecondAnswerToADatagramIsNoError() throws Exception {
    assertThat(echo(number -> 2, packet -> {}).problem()).isEmpty();
  }

  @Test
  void aDatagramThatComesBackChangedIsFound() throws Exception {
    Found found = echo(number -> 1, packet -> packet.getData()[63] ^= 1);
    assertThat(found.errors()).isPositive();
    assertThat(found.problem()).contains("instead of 'its own 64 bytes'");
  }

  private static UnaryOperator<byte[]> spoilOnce(int which, UnaryOperator<byte[]> spoiler) {
    AtomicInteger answers = new AtomicInteger();
    return answer -> answers.incrementAndGet() == which ? spoiler.apply(answer) : answer;
  }

  private static byte[] flipped(byte[] answer, int at) {
    byte[] other = answer.clone();
    other[at] ^= 1;
    return other;
  }

  private static Found run(Workload workload, int connections, Service service) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Thread acceptor = new Thread(() -> accept(server, service));
      acceptor.start();
      InetSocketAddress at = (InetSocketAddress) server.getLocalSocketAddress();
      return drive(workload, connections, at);
    }
  }

  private static void accept(ServerSocket server, Service service) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> serve(socket, service));
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void serve(Socket socket, Service service) {
    try (socket) {
      socket.setTcpNoDelay(true); // Else the second half of an answer waits for a delayed ACK.
      service.serve(socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      // The client has closed: that is how a script ends.
    }
  }

  private interface Copies {
    int of(int number);
  }

  private interface Change {
    void apply(DatagramPacket packet);
  }

  private static Found echo(Copies copies, Change change) throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> echo(server, copies, change));
      thread.start();
      InetSocketAddress at = (InetSocketAddress) server.getLocalSocketAddress();
      return drive(Workload.UDP_ECHO, 2, at);
    }
  }

  private static void echo(DatagramSocket server, Copies copies, Change change) {
    DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
    try {
      for (int number = 0; ; number++) {
        packet.setLength(1000);
        server.receive(packet);
        change.apply(packet);
        for (int i = 0; i < copies.of(number); i++) {
          server.send(packet);
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static Found drive(Workload workload, int connections, InetSocketAddress server)
      throws IOException {
    try (LoadLoop loop =
        new LoadLoop(
            server,
            workload.isDatagrams(),
            workload.talks(connections, new SplittableRandom(5), PAGE),
            workload.room(PAGE),
            workload.isDatagrams() ? 5000 : 500,
            workload.paceNanos())) {
      loop.warmUp(100 * MS, 10_000 * MS);
      loop.measure(1200 * MS);
      return new Found(
          loop.latencies().total(),
          loop.errors(),
          loop.retries(),
          String.join("; ", loop.problems()));
    }
  }
}
