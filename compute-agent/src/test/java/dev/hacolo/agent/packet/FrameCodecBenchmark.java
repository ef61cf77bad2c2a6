package dev.hacolo.agent.packet;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Time for one frame, in reads of 64 KiB as from a socket: {@code ./ha-colo jmh FrameCodec}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameCodecBenchmark {
  private static final int FRAMES = 256;
  private static final int READ = 65_536;

  /** Bytes of a frame with its virtio-net header: an acknowledgement, full, a GSO frame. */
  @Param({"78", "1526", "65549"})
  public int size = 1526;

  private final FrameDecoder decoder = new FrameDecoder(true);
  private final FrameEncoder encoder = new FrameEncoder(true);
  private Frame frame = new Frame(new byte[1], 0);
  private ByteBuffer stream = ByteBuffer.allocate(0);
  private ByteBuffer out = stream;

  /** A stream of frames with random content. */
  @Setup
  public void prepare() {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    frame = new Frame(bytes, Frames.VNET);
    stream = ByteBuffer.allocateDirect(FRAMES * encoder.encodedLength(frame));
    for (int i = 0; i < FRAMES; i++) {
      encoder.encode(frame, stream);
    }
    out = ByteBuffer.allocateDirect(stream.capacity());
  }

  /** From the stream to frames. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public void decode(Blackhole frames) {
    for (int at = 0; at < stream.capacity(); at += READ) {
      stream.limit(Math.min(stream.capacity(), at + READ)).position(at);
      decoder.feed(stream, frames::consume);
    }
  }

  /** From frames to the stream. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public ByteBuffer encode() {
    out.clear();
    for (int i = 0; i < FRAMES; i++) {
      encoder.encode(frame, out);
    }
    return out;
  }
}
