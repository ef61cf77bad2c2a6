package dev.hacolo.agent.packet;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to parse one frame: {@code ./ha-colo jmh PacketBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PacketBenchmark {
  /** A full segment; the same over IPv6 in a VLAN; a SYN with all options; a small datagram. */
  @Param({"tcp4", "tcp6-vlan", "syn", "udp4"})
  public String sample = "tcp4";

  private Frame frame = new Frame(new byte[1], 0);
  private final Packet packet = new Packet();
  private final FlowKey key = new FlowKey();

  /** Builds the frame. */
  @Setup
  public void prepare() {
    frame = frames(sample).frame();
  }

  private static Frames frames(String name) {
    Frames v4 = Frames.ip("10.0.0.1", "10.0.0.2");
    byte[] padding = {1, 1};
    byte[] timestamps = TcpOptions.timestamps(1, 2);
    return switch (name) {
      case "tcp4" -> v4.tcp(40_000, 80).options(padding, timestamps).content(new byte[1448]);
      case "tcp6-vlan" ->
          Frames.ip("fd00::1", "fd00::2")
              .vlan(5)
              .tcp(40_000, 80)
              .options(padding, timestamps)
              .content(new byte[1428]);
      case "syn" ->
          v4.tcp(40_000, 80)
              .flags(Packet.SYN)
              .options(
                  TcpOptions.maxSegment(1460),
                  TcpOptions.sackPermitted(),
                  timestamps,
                  TcpOptions.noOperation(),
                  TcpOptions.windowScale(7));
      case "udp4" -> v4.udp(40_000, 53).content(new byte[64]);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Where things are in the frame. */
  @Benchmark
  public Packet.Kind parse() {
    return packet.parse(frame);
  }

  /** And which connection it belongs to. */
  @Benchmark
  public int parseAndFlow() {
    packet.parse(frame);
    return packet.flow(key, 0, false).hashCode();
  }
}
