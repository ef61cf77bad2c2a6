package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.GatePolicy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures both proxies of a pair without QEMU: real Unix sockets, a real packet link with TLS over
 * loopback, both proxies on one thread, and the load on another. {@code ./ha-colo proxy-load} runs
 * it; {@link ProxyLoadTest} is its short form. What is released is compared with what went in.
 *
 * <p>System properties, all with the prefix {@code hacolo.load.}: {@code parts} (default {@code
 * throughput,cuts,latency,connections}; {@code cuts} is the throughput with a secondary VM that
 * sends frames of 1000 bytes), {@code rounds} (5, at least 1) of {@code frames} (1,000,000, at
 * least 64) after as many for warming up, {@code window} (8 frames of each connection, 2 to 128),
 * {@code paced} (100,000 frames at 10,000/s, at least 1000), {@code connections} (100,000, 1 to
 * 100,000: the gate's bound), {@code core} of the proxies (1; the load gets core 0; -1 for no
 * binding), {@code json} (file to be written as well).
 */
public final class ProxyLoad {
  /** The product's but for the age of a frame: a busy machine may stand still for a second. */
  static final GatePolicy POLICY = GatePolicy.DEFAULT.withMaxHold(20_000_000_000L);

  private static final String PREFIX = "hacolo.load.";
  private static final int FLOWS = 64;
  private static final long INTERVAL_NANOS = 100_000;
  private static final int SMALLER_CUT = 1000;
  private static final String LOOP = "packets";
  private static final String GENERATOR = "load";

  private final int core = number("core", 1);
  private final int window = number("window", 8);
  private final JsonObject figures = new JsonObject();

  private long waitedBefore;

  private ProxyLoad() {}

  /** Measures; the process ends with 1 if a frame was lost, changed or out of order. */
  public static void main(String[] arguments) throws Exception {
    ProxyLoad load = new ProxyLoad();
    for (String part : text("parts", "throughput,cuts,latency,connections").split(",", -1)) {
      load.measure(part);
    }
    String file = text("json", "");
    if (!file.isEmpty()) {
      Files.writeString(Path.of(file), load.figures.encodePrettily() + "\n");
    }
    // The loops' threads are daemons, Vert.x's are not.
    System.exit(0);
  }

  private static int number(String name, int byDefault) {
    return Integer.getInteger(PREFIX + name, byDefault);
  }

  private static String text(String name, String byDefault) {
    return System.getProperty(PREFIX + name, byDefault);
  }

  private interface Part {
    void measure(PathPair pair) throws Exception;
  }

  private void measure(String part) throws Exception {
    switch (part) {
      case "throughput" -> with(pair -> throughput(part, pair, SteadyLoad.FULL));
      case "cuts" -> with(pair -> throughput(part, pair, SMALLER_CUT));
      case "latency" -> with(this::latency);
      case "connections" -> with(this::connections);
      default -> throw new IllegalArgumentException("no part is named " + part);
    }
  }

  private void with(Part part) throws Exception {
    Path directory = Files.createTempDirectory("hc");
    try (PathPair pair = new PathPair(directory, POLICY, 1)) {
      pair.connect();
      pair.firstCheckpoint();
      Thread.currentThread().setName(GENERATOR);
      if (core >= 0) {
        Cores.pin(GENERATOR, 1 - core);
        Cores.pin(LOOP, core);
      }
      waitedBefore = waitedNanos();
      part.measure(pair);
      if (!pair.due.isEmpty() || !pair.lostOfPrimary.isEmpty()) {
        throw new AssertionError("%s %s".formatted(pair.due, pair.lostOfPrimary));
      }
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void throughput(String part, PathPair pair, int cut) throws IOException {
    SteadyLoad load = new SteadyLoad(pair, FLOWS, cut);
    int frames = number("frames", 1_000_000) / FLOWS * FLOWS;
    double[] rates = new double[number("rounds", 5)];
    load.run(frames, window);
    ThreadFigures before = ThreadFigures.of(LOOP);
    for (int i = 0; i < rates.length; i++) {
      long begin = System.nanoTime();
      load.run(frames, window);
      rates[i] = frames * 1e9 / (System.nanoTime() - begin);
    }
    ThreadFigures used = ThreadFigures.of(LOOP).since(before);
    long all = (long) frames * rates.length;
    Arrays.sort(rates);
    double perCore = all * 1e9 / used.cpuNanos();
    JsonObject result =
        new JsonObject()
            .put("frames_per_s_median", rates[rates.length / 2])
            .put("frames_per_s_best", rates[rates.length - 1])
            .put("frames_per_cpu_second_of_the_loop", perCore)
            .put("loop_allocated_bytes_per_frame", (double) used.allocated() / all)
            .put("collections_ms", used.collectMillis());
    tell(
        part,
        result,
        "%,9.0f frames/s (best %,.0f; %,.0f for each second of the loop's processor time)"
            .formatted(rates[rates.length / 2], rates[rates.length - 1], perCore));
  }

  private void latency(PathPair pair) throws IOException {
    SteadyLoad load = new SteadyLoad(pair, FLOWS, SteadyLoad.FULL);
    int frames = number("paced", 100_000);
    load.paced(Math.min(frames, 50_000) / FLOWS * FLOWS, INTERVAL_NANOS);
    ThreadFigures before = ThreadFigures.of(LOOP);
    long[] nanos = load.paced(frames, INTERVAL_NANOS);
    ThreadFigures used = ThreadFigures.of(LOOP).since(before);
    JsonObject result =
        new JsonObject()
            .put("frames_per_s", 1e9 / INTERVAL_NANOS)
            .put("loop_cpu_us_per_frame", used.cpuNanos() / 1e3 / frames)
            .put("collections_ms", used.collectMillis());
    String best = percentiles(quietest(nanos), "quietest_second_", result);
    String all = percentiles(nanos, "", result);
    tell("latency", result, "%sat 10,000 frames/s; quietest second: %s".formatted(all, best));
  }

  private static String percentiles(long[] nanos, String prefix, JsonObject result) {
    Arrays.sort(nanos);
    StringBuilder text = new StringBuilder();
    for (double share : List.of(0.5, 0.99, 0.999)) {
      double micros = nanos[(int) (share * (nanos.length - 1))] / 1e3;
      String name = "p" + String.valueOf(share * 100).replaceAll("\\.0$", "");
      result.put(prefix + name + "_us", micros);
      text.append("%s %.0f us  ".formatted(name, micros));
    }
    return text.toString();
  }

  /** The second with the lowest p99: the one in which other programs disturbed least. */
  private static long[] quietest(long[] nanos) {
    int second = (int) Math.min(nanos.length, 1_000_000_000L / INTERVAL_NANOS);
    long[] best = {};
    for (int at = 0; at + second <= nanos.length; at += second) {
      long[] part = Arrays.copyOfRange(nanos, at, at + second);
      Arrays.sort(part);
      if (best.length == 0 || part[second * 99 / 100] < best[second * 99 / 100]) {
        best = part;
      }
    }
    return best;
  }

  private void connections(PathPair pair) throws IOException {
    int count = number("connections", 100_000);
    ManyConnections connections = new ManyConnections(pair, count);
    long before = heap();
    long begin = System.nanoTime();
    connections.open();
    double seconds = (System.nanoTime() - begin) / 1e9;
    double each = (heap() - before) / (double) count;
    connections.again();
    JsonObject result =
        new JsonObject()
            .put("connections", count)
            .put("opened_per_s", count / seconds)
            .put("heap_bytes_per_connection_both_sides", each);
    tell(
        "connections",
        result,
        "%,d work; %.0f bytes of heap each, both sides together; %,.0f opened/s"
            .formatted(count, each, count / seconds));
  }

  private static long heap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long waitedNanos() throws IOException {
    return Cores.waitedNanos(LOOP) + Cores.waitedNanos(GENERATOR);
  }

  private void tell(String part, JsonObject result, String text) throws IOException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    long waited = (waitedNanos() - waitedBefore) / 1_000_000;
    figures.put(part, result.put("load_average", load).put("waited_for_a_core_ms", waited));
    System.out.printf(
        Locale.ROOT,
        "%-12s %s [load average %.1f; both threads waited %d ms for their cores]%n",
        part,
        text,
        load,
        waited);
  }
}
