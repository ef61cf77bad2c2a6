package dev.hacolo.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PeerFrameCodecTest {
  private static final int MUTATIONS = 200_000;

  static List<PeerFrame> frames() {
    return List.of(
        new PeerFrame.Hello(PeerFrame.PROTOCOL, "compute-1", new UUID(1, -2), 7, 300_000_000),
        new PeerFrame.Welcome(1, "compute-ä"),
        new PeerFrame.Refused("no"),
        new PeerFrame.Heartbeat(Long.MIN_VALUE, Long.MAX_VALUE, true),
        new PeerFrame.Protected(9),
        new PeerFrame.Renounced(9, ""),
        new PeerFrame.Bye("x".repeat(4096)));
  }

  private static byte[] body(PeerFrame frame) {
    byte[] bytes = PeerFrameCodec.encode(frame).getBytes();
    return Arrays.copyOfRange(bytes, PeerFrameCodec.LENGTH_BYTES, bytes.length);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void whatIsEncodedIsDecoded(PeerFrame frame) {
    Buffer bytes = PeerFrameCodec.encode(frame);
    assertThat(bytes.getUnsignedShort(0)).isEqualTo(bytes.length() - PeerFrameCodec.LENGTH_BYTES);
    assertThat(PeerFrameCodec.decode(body(frame))).isEqualTo(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void neitherAShorterNorALongerFrameIsTaken(PeerFrame frame) {
    byte[] body = body(frame);
    for (int length = 0; length < body.length; length++) {
      byte[] shorter = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> PeerFrameCodec.decode(shorter))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> PeerFrameCodec.decode(Arrays.copyOf(body, body.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What follows in it is not known. */
  @Test
  void ofAStrangersHelloTheVersionIsRead() {
    for (int length = 5; length < 30; length++) {
      byte[] body = new byte[length];
      body[0] = 1;
      body[4] = 1;
      PeerFrame.Hello hello = (PeerFrame.Hello) PeerFrameCodec.decode(body);
      assertThat(hello.protocol()).isEqualTo(1);
    }
  }

  @Test
  void aTooLongReasonIsCut() {
    PeerFrame.Bye cut =
        (PeerFrame.Bye) PeerFrameCodec.decode(body(new PeerFrame.Bye("y".repeat(70_000))));
    assertThat(cut.reason()).hasSize(4096);
  }

  @Test
  void nothingButIllegalArgumentEscapes() {
    Random random = new Random(4);
    List<PeerFrame> frames = frames().subList(0, 6);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] body = body(frames.get(random.nextInt(frames.size())));
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(3) == 0) {
        body = Arrays.copyOf(body, random.nextInt(body.length + 3));
      }
      try {
        PeerFrameCodec.decode(body);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
  }
}
