package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of one question, of a checkpoint's digest of one body, and of the inputs, for a body in the
 * memory of another process: {@code ./ha-colo jmh ProvenanceBenchmark}. A body of 64 KiB lies in 16
 * scattered pages.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProvenanceBenchmark {
  private static final int PAGE = RamRange.PAGE;

  /** Bytes of the body. */
  @Param({"1024", "65536"})
  public int size = 1024;

  private final ContentDigest digest = new ContentDigest(Bed.KEY);
  private final DigestedMemory digested = new DigestedMemory(digest);
  private final InputContents inputs = new InputContents(1 << 17, 16, 1);
  private byte[] body = new byte[0];
  private byte[] unknown = new byte[0];
  private List<Place> places = List.of();
  private @Nullable MemoryChild child;
  private @Nullable ContentIndex index;
  private @Nullable EpochDigests digests;

  /** Starts the process with the body. */
  @Setup
  public void prepare() throws IOException {
    Random random = new Random(1);
    body = Bed.noise(random, size);
    unknown = Bed.noise(random, size);
    child = new MemoryChild();
    Extents extents = size <= PAGE ? inOnePage() : inPages(random);
    GuestMemory memory = ProcessMemory.open(child.pid(), child.ranges());
    index = new ContentIndex(LearningPolicy.DEFAULT, digested, memory.open());
    digests = new EpochDigests(digest, memory.open());
    index.add(Bed.learnt(body, extents));
    places = index.places();
    digested.begin(1);
    index.synchronised(1, places, digests.compare(places, System::nanoTime, Long.MAX_VALUE));
    inputs.beginEpoch();
    inputs.beginEpoch();
    inputs.datagram(Bed.noise(random, 500_000), 0, 500_000);
    if (!synced() || syncedUnknown() || mayOccur()) {
      throw new IllegalStateException("the benchmark measures something else");
    }
  }

  private Extents inOnePage() {
    MemoryChild to = started();
    to.write(PAGE + 100, body);
    return Extents.of(to.address + PAGE + 100, size);
  }

  private Extents inPages(Random random) {
    MemoryChild to = started();
    List<Integer> pages = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      pages.add(i);
    }
    Collections.shuffle(pages, random);
    long[] addresses = new long[size / PAGE];
    int[] lengths = new int[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = to.address + (long) pages.get(i) * PAGE;
      lengths[i] = PAGE;
      to.write(pages.get(i) * PAGE, java.util.Arrays.copyOfRange(body, i * PAGE, (i + 1) * PAGE));
    }
    return Extents.of(addresses, lengths);
  }

  private MemoryChild started() {
    if (child == null) {
      throw new IllegalStateException("not prepared");
    }
    return child;
  }

  /** Ends the process. */
  @TearDown
  public void end() {
    started().close();
  }

  /** A body that is. */
  @Benchmark
  public boolean synced() {
    return index != null && index.synced(body, 0, size, 0, size, 1, 2);
  }

  /** A body of which nothing is known. */
  @Benchmark
  public boolean syncedUnknown() {
    return index != null && index.synced(unknown, 0, size, 0, size, 1, 2);
  }

  /** A checkpoint with this body alone. */
  @Benchmark
  public @Nullable Object epochDigest() {
    return digests == null ? null : digests.compare(places, System::nanoTime, Long.MAX_VALUE);
  }

  /** Whether an output occurs in 500 KB of inputs. */
  @Benchmark
  public boolean mayOccur() {
    return inputs.mayOccur(body, 0, size);
  }

  /** An input of this size. */
  @Benchmark
  public void input() {
    inputs.datagram(unknown, 0, size);
  }
}
