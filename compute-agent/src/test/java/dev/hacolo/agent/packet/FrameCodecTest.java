package dev.hacolo.agent.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameCodecTest {
  private static final int ROUNDS = 200;

  private static Frame frame(Random random, int size, int vnetLength) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return new Frame(bytes, vnetLength);
  }

  private static ByteBuffer encoded(boolean announced, List<Frame> frames) {
    FrameEncoder encoder = new FrameEncoder(announced);
    ByteBuffer out = ByteBuffer.allocate(frames.stream().mapToInt(encoder::encodedLength).sum());
    frames.forEach(frame -> encoder.encode(frame, out));
    assertThat(out.hasRemaining()).isFalse();
    return out.flip();
  }

  private static ByteBuffer hex(String digits) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  private static void assertSame(List<Frame> actual, List<Frame> expected, boolean announced) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).bytes()).isEqualTo(expected.get(i).bytes());
      assertThat(actual.get(i).vnetLength())
          .isEqualTo(announced ? expected.get(i).vnetLength() : 0);
    }
  }

  @Test
  void theBytesAreThoseOfQemu() {
    Frame frame = new Frame(new byte[] {1, 2, 3}, 2);
    assertThat(encoded(true, List.of(frame))).isEqualTo(hex("00000003 00000002 010203"));
    assertThat(encoded(false, List.of(frame))).isEqualTo(hex("00000003 010203"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyCuttingGivesTheSameFrames(boolean announced) {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Frame> frames = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        int size = 1 + random.nextInt(random.nextInt(20) == 0 ? Frame.MAX_BYTES : 200);
        frames.add(frame(random, size, random.nextInt(size + 1)));
      }
      List<Frame> decoded = new ArrayList<>();
      FrameDecoder decoder = new FrameDecoder(announced);
      ByteBuffer stream = encoded(announced, frames);
      int largestCut = 1 << random.nextInt(17);
      while (stream.hasRemaining()) {
        int cut = Math.min(stream.remaining(), random.nextInt(largestCut + 1));
        ByteBuffer piece = stream.slice(stream.position(), cut).order(ByteOrder.LITTLE_ENDIAN);
        decoder.feed(piece, decoded::add);
        assertThat(piece.hasRemaining()).as("seed %d", seed).isFalse();
        stream.position(stream.position() + cut);
      }
      assertSame(decoded, frames, announced);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,0", "1,1", "12,12", "65562,12", "69632,0", "69632,12", "69632,69632"})
  void theLimitsThemselvesAreAllowed(int size, int vnetLength) {
    Frame frame = frame(new Random(size), size, vnetLength);
    for (boolean announced : new boolean[] {false, true}) {
      List<Frame> decoded = new ArrayList<>();
      new FrameDecoder(announced).feed(encoded(announced, List.of(frame, frame)), decoded::add);
      assertSame(decoded, List.of(frame, frame), announced);
    }
  }

  @Test
  void directBuffersOfEitherByteOrderAreTaken() {
    Frame frame = frame(new Random(1), 1500, 12);
    FrameEncoder encoder = new FrameEncoder(true);
    ByteBuffer out = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    encoder.encode(frame, out);
    List<Frame> decoded = new ArrayList<>();
    new FrameDecoder(true).feed(out.flip(), decoded::add);
    assertSame(decoded, List.of(frame), true);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 00000000 00000000, frame of 0 bytes",
    "true, 00011001 00000000, frame of 69633 bytes",
    "true, ffffffff 00000000, frame of 4294967295 bytes",
    "true, 80000000 00000000, frame of 2147483648 bytes",
    "true, 00000004 00000005, header of 5 bytes in a frame of 4",
    "true, 00000004 80000000, header of 2147483648 bytes in a frame of 4",
    "false, 00000000, frame of 0 bytes",
    "false, 00011001, frame of 69633 bytes",
    "false, ffffffff, frame of 4294967295 bytes",
  })
  void aBrokenStreamStaysBroken(boolean announced, String bytes, String sentence) {
    Frame before = frame(new Random(2), 60, 0);
    List<Frame> decoded = new ArrayList<>();
    FrameDecoder decoder = new FrameDecoder(announced);
    decoder.feed(encoded(announced, List.of(before)), decoded::add);
    ByteBuffer broken = hex(bytes);
    ByteBuffer good = encoded(announced, List.of(before));
    for (ByteBuffer next : List.of(broken, good, ByteBuffer.allocate(0))) {
      assertThatThrownBy(() -> decoder.feed(next, decoded::add))
          .isInstanceOf(BrokenStreamException.class)
          .hasMessageContaining(sentence);
    }
    assertSame(decoded, List.of(before), announced);
  }

  @Test
  void aReceiverThatThrowsLosesNoFrame() {
    List<Frame> frames = List.of(frame(new Random(3), 60, 12), frame(new Random(4), 70, 12));
    ByteBuffer stream = encoded(true, frames);
    FrameDecoder decoder = new FrameDecoder(true);
    assertThatThrownBy(
            () ->
                decoder.feed(
                    stream,
                    frame -> {
                      throw new IllegalStateException("full");
                    }))
        .hasMessage("full");
    List<Frame> decoded = new ArrayList<>();
    decoder.feed(stream, decoded::add);
    assertSame(decoded, frames.subList(1, 2), true);
  }

  @Test
  void theEncoderWritesAWholeFrameOrNothing() {
    FrameEncoder encoder = new FrameEncoder(true);
    Frame frame = frame(new Random(5), 60, 12);
    ByteBuffer tooSmall = ByteBuffer.allocate(encoder.encodedLength(frame) - 1);
    assertThatThrownBy(() -> encoder.encode(frame, tooSmall))
        .isInstanceOf(BufferOverflowException.class);
    ByteBuffer large = ByteBuffer.allocate(2 * Frame.MAX_BYTES);
    for (int size : new int[] {0, Frame.MAX_BYTES + 1}) {
      Frame refused = new Frame(new byte[size], 0);
      assertThatThrownBy(() -> encoder.encode(refused, large))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(tooSmall.position()).isZero();
    assertThat(large.position()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"10,11", "10,-1", "0,1"})
  void aFrameIsNotShorterThanItsHeader(int size, int vnetLength) {
    assertThatThrownBy(() -> new Frame(new byte[size], vnetLength))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Its array, its record, and nothing else; sizes as on any 64-bit JVM with small pointers. */
  @Test
  void aFrameCostsItsBytesAndItsRecord() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Frame> frames = Collections.nCopies(1000, frame(new Random(6), 1000, 12));
    ByteBuffer stream = encoded(true, frames);
    FrameDecoder decoder = new FrameDecoder(true);
    Consumer<Frame> nobody = frame -> {};
    decoder.feed(stream.duplicate(), nobody);
    long before = threads.getCurrentThreadAllocatedBytes();
    decoder.feed(stream, nobody);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / frames.size();
    assertThat(each).isBetween(1000L, 1016L + 32);
  }

  @Test
  void aRefusedSizeCostsNoMemory() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer stream = hex("7fffffff 00000000");
    FrameDecoder decoder = new FrameDecoder(true);
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> decoder.feed(stream, frame -> {}))
        .isInstanceOf(BrokenStreamException.class);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
  }
}
