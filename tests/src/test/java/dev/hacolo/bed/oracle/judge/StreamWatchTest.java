package dev.hacolo.bed.oracle.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamWatchTest {
  private static final int SERVER = 0x0a4d000a;
  private static final int CLIENT = 0x0a4d0001;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int ACK = 16;
  private static final int FIRST = -10; // Sequence numbers wrap soon.

  private final StreamWatch watch = new StreamWatch(SERVER);

  @Test
  void theSameBytesHoweverTheyAreCut() {
    open(1, FIRST);
    assertThat(says(FIRST + 1, "hello world")).isEmpty();
    assertThat(says(FIRST + 7, "world, again")).isEmpty();
    assertThat(says(FIRST + 1, "hello world, again")).isEmpty();
    assertThat(watch.segments()).isEqualTo(3);
  }

  @Test
  void anotherByteAtOnePosition() {
    open(1, FIRST);
    says(FIRST + 1, "hello world");
    assertThat(says(FIRST + 7, "WORLD"))
        .hasValueSatisfying(
            found ->
                assertThat(found.text())
                    .contains("port 9")
                    .contains("position 6")
                    .contains("'world'")
                    .contains("'WORLD'"));
  }

  @Test
  void bytesThatCameInTheWrongOrder() {
    open(1, FIRST);
    assertThat(says(FIRST + 7, "world")).isEmpty();
    assertThat(says(FIRST + 1, "hello ")).isEmpty();
    assertThat(says(FIRST + 1, "hello World")).isPresent();
  }

  @Test
  void anEndInTheMiddle() {
    open(1, FIRST);
    says(FIRST + 1, "hello");
    assertThat(serverSends(FIRST + 3, FIN | ACK, "")).isPresent();
  }

  @Test
  void bytesBehindTheEnd() {
    open(1, FIRST);
    assertThat(serverSends(FIRST + 1, FIN | ACK, "bye")).isEmpty();
    assertThat(serverSends(FIRST + 1, FIN | ACK, "bye")).isEmpty();
    assertThat(says(FIRST + 4, "!")).isPresent();
  }

  @Test
  void twoInitialSequenceNumbersForOneConnection() {
    clientOpens(1);
    assertThat(serverSends(FIRST, SYN | ACK, "")).isEmpty();
    clientOpens(1);
    assertThat(serverSends(FIRST, SYN | ACK, "")).isEmpty();
    assertThat(serverSends(FIRST + 1000, SYN | ACK, "")).isPresent();
  }

  @Test
  void aPortThatIsUsedAgainIsANewConnection() {
    open(1, FIRST);
    says(FIRST + 1, "hello");
    open(2, 500);
    assertThat(says(501, "other")).isEmpty();
    assertThat(says(501, "Other")).isPresent();
  }

  @Test
  void aConnectionFromBeforeTheWatch() {
    assertThat(says(1000, "hello")).isEmpty();
    assertThat(says(990, "0123456789hello")).isEmpty();
    assertThat(says(1002, "LLo")).isPresent();
  }

  @Test
  void longStreamsAreRememberedToTheirEndsOnly() {
    open(1, FIRST);
    byte[] much = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 200; i++) {
      assertThat(server(FIRST + 1 + 1000 * i, ACK, much)).isEmpty();
    }
    assertThat(says(FIRST + 1 + 199_000, "y")).isPresent();
    assertThat(says(FIRST + 1, "y")).as("long forgotten").isEmpty();
  }

  @Test
  void whatIsNoTcpIsIgnored() {
    assertThat(watch.take(new byte[60], 60)).isEmpty();
    byte[] frame = frame(SERVER, CLIENT, 9, 40000, 1, ACK, new byte[10]);
    frame[14 + 9] = 17;
    assertThat(watch.take(frame, frame.length)).isEmpty();
    assertThat(watch.take(frame, 30)).isEmpty();
    assertThat(watch.segments()).isZero();
  }

  private void open(int clientSequence, int serverSequence) {
    clientOpens(clientSequence);
    assertThat(serverSends(serverSequence, SYN | ACK, "")).isEmpty();
  }

  private void clientOpens(int sequence) {
    byte[] frame = frame(CLIENT, SERVER, 40000, 9, sequence, SYN, new byte[0]);
    assertThat(watch.take(frame, frame.length)).isEmpty();
  }

  private Optional<Violation> says(int sequence, String text) {
    return serverSends(sequence, ACK, text);
  }

  private Optional<Violation> serverSends(int sequence, int flags, String text) {
    return server(sequence, flags, text.getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<Violation> server(int sequence, int flags, byte[] data) {
    byte[] frame = frame(SERVER, CLIENT, 9, 40000, sequence, flags, data);
    return watch.take(frame, frame.length);
  }

  private static byte[] frame(
      int from, int to, int fromPort, int toPort, int sequence, int flags, byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 54 + data.length));
    frame.putShort(12, (short) 0x0800).put(14, (byte) 0x45);
    frame.putShort(16, (short) (40 + data.length)).put(23, (byte) 6);
    frame.putInt(26, from).putInt(30, to);
    frame.putShort(34, (short) fromPort).putShort(36, (short) toPort).putInt(38, sequence);
    frame.put(46, (byte) 0x50).put(47, (byte) flags);
    frame.position(54).put(data);
    return frame.array();
  }
}
