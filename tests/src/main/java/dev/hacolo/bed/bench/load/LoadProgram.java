package dev.hacolo.bed.bench.load;

import com.sun.management.OperatingSystemMXBean;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The load generator's program. Warms up, says {@code warm}, waits for a line on standard input,
 * measures, and prints its {@link LoadResult} as one line of JSON.
 *
 * <p>Arguments: guest's address, workload, connections, ms of warm-up, ms to measure, file with the
 * web page.
 */
public final class LoadProgram {
  /** The line that says that the warm-up is over. */
  public static final String WARM = "warm";

  private static final long SILENCE_MS = 20_000;
  private static final long WARM_UP_DEADLINE_NANOS = 60_000_000_000L;
  private static final double NANOS_PER_MS = 1e6;

  private LoadProgram() {}

  /** Measures once. */
  public static void main(String[] arguments) throws IOException {
    Workload workload = Workload.of(arguments[1]).orElseThrow();
    int connections = Integer.parseInt(arguments[2]);
    long warmUpNanos = Long.parseLong(arguments[3]) * 1_000_000;
    long measureNanos = Long.parseLong(arguments[4]) * 1_000_000;
    byte[] page = Files.readAllBytes(Path.of(arguments[5]));
    long seed = System.nanoTime();
    List<Talk> talks = workload.talks(connections, new SplittableRandom(seed), page);
    InetSocketAddress guest = new InetSocketAddress(arguments[0], workload.port());
    try (LoadLoop loop =
        new LoadLoop(
            guest,
            workload.isDatagrams(),
            talks,
            workload.room(page),
            SILENCE_MS,
            workload.paceNanos())) {
      loop.warmUp(warmUpNanos, WARM_UP_DEADLINE_NANOS);
      System.out.println(WARM);
      awaitLine();
      long cpu = cpuNanos();
      loop.measure(measureNanos);
      System.out.println(ApiJson.mapper().writeValueAsString(result(loop, cpuNanos() - cpu, seed)));
    }
  }

  private static LoadResult result(LoadLoop loop, long cpuNanos, long seed) {
    LatencyHistogram latencies = loop.latencies();
    return new LoadResult(
        latencies.total(),
        loop.measuredNanos() / 1e9,
        latencies.quantile(0.5) / NANOS_PER_MS,
        latencies.quantile(0.99) / NANOS_PER_MS,
        latencies.max() / NANOS_PER_MS,
        loop.retries(),
        loop.errors(),
        loop.problems(),
        cpuNanos / 1e3 / Math.max(1, latencies.total()),
        seed);
  }

  private static void awaitLine() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (in.readLine() == null) {
      throw new IOException("standard input has ended before the measurement");
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
