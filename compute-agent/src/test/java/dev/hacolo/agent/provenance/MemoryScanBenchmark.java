package dev.hacolo.agent.provenance;

import java.util.Random;
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

/** Time to search 64 MiB, without reading it: {@code ./ha-colo jmh MemoryScanBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemoryScanBenchmark {
  private static final int CHUNKS = 256;

  /** Bodies of 1 KiB that are wanted at once. */
  @Param({"1", "100", "1000"})
  public int bodies = 1;

  private final byte[][] memory = new byte[16][];
  private final Random random = new Random(1);

  /** Fills memory. */
  @Setup
  public void prepare() {
    for (int i = 0; i < memory.length; i++) {
      memory[i] = Bed.noise(random, MemoryScan.CHUNK);
    }
  }

  /** One round in vain. */
  @Benchmark
  public int round() {
    MemoryScan scan =
        new MemoryScan(java.util.List.of(new RamRange(1 << 20, (long) CHUNKS * MemoryScan.CHUNK)));
    for (int i = 0; i < bodies; i++) {
      scan.add(Bed.wanted(Bed.noise(random, 1024)));
    }
    int events = 0;
    for (int i = 0; i < CHUNKS; i++) {
      events += scan.look(memory[i % memory.length]).size();
    }
    return events;
  }
}
