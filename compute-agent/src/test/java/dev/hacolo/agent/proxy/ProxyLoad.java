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
  private static final String PREFIX = "hacolo.load.";
  private static final int FLOWS = 64;
  private static final long INTERVAL_NANOS = 100_000;
  private static final int SMALLER_CUT = 1000;
  private static final String LOOP = "packets";

  private final int core = number("core", 1);
  private final int window = number("window", 8);
  private final JsonObject figures = new JsonObject();

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
    try (PathPair pair = new PathPair(directory, GatePolicy.DEFAULT, 1)) {
      pair.connect();
      pair.firstCheckpoint();
      if (core >= 0) {
        Thread.currentThread().setName("load");
        Cores.pin("load", 1 - core);
        Cores.pin(LOOP, core);
      }
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
    JsonObject result = new JsonObject().put("frames_per_s", 1e9 / INTERVAL_NANOS);
    StringBuilder text = new StringBuilder();
    for (double share : List.of(0.5, 0.99, 0.999)) {
      double micros = nanos[(int) (share * (nanos.length - 1))] / 1e3;
      String name = "p" + String.valueOf(share * 100).replaceAll("\\.0$", "");
      result.put(name + "_us", micros);
      text.append("%s %.0f us  ".formatted(name, micros));
    }
    result.put("loop_cpu_us_per_frame", used.cpuNanos() / 1e3 / frames);
    tell("latency", result, text + "at 10,000 frames/s");
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

  private void tell(String part, JsonObject result, String text) {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    figures.put(part, result.put("load_average", load));
    System.out.printf(Locale.ROOT, "%-12s %s [load average %.1f]%n", part, text, load);
  }
}
