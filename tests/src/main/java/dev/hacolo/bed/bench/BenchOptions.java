package dev.hacolo.bed.bench;

import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.process.BedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is measured.
 *
 * @param engines engines, side by side
 * @param workloads workloads
 * @param connections numbers of connections, 1 to 64 each
 * @param seconds length of a measurement, 1 to 600
 * @param repetitions 1 to 100
 */
record BenchOptions(
    List<Engine> engines,
    List<Workload> workloads,
    List<Integer> connections,
    int seconds,
    int repetitions) {
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_SECONDS = 600;
  private static final int MOST_REPETITIONS = 100;
  private static final long DISK = 64L << 20;
  private static final long DISK_BYTES_PER_SECOND = 2L << 20;
  private static final long WARM_UP_SECONDS = 3;

  BenchOptions {
    engines = List.copyOf(engines);
    workloads = List.copyOf(workloads);
    connections = List.copyOf(connections);
  }

  /**
   * Reads comma-separated lists.
   *
   * @throws BedException with one sentence if something is not allowed
   */
  static BenchOptions parse(
      String engines, String workloads, String connections, int seconds, int repetitions) {
    String allWorkloads =
        Arrays.stream(Workload.values()).map(Workload::title).collect(Collectors.joining(", "));
    String fewConnections = "1 to " + MOST_CONNECTIONS;
    requireRange("--seconds", seconds, MOST_SECONDS);
    requireRange("--repeat", repetitions, MOST_REPETITIONS);
    return new BenchOptions(
        list("--engines", engines, Engine::of, Engine.titles()),
        list("--workloads", workloads, Workload::of, allWorkloads),
        list("--connections", connections, BenchOptions::number, fewConnections),
        seconds,
        repetitions);
  }

  /** Number of rows that there will be. */
  int rows() {
    return engines.size() * workloads.size() * connections.size() * repetitions;
  }

  /** A disk, the same for all engines, that what redis appends in one boot fits into. */
  long diskBytes() {
    long cells =
        workloads.stream().filter(Workload::writesToDisk).count() * (long) connections.size();
    return DISK + cells * (seconds + WARM_UP_SECONDS) * DISK_BYTES_PER_SECOND;
  }

  static <T> List<T> list(
      String option, String text, Function<String, Optional<T>> reader, String allowed) {
    List<String> words = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    for (String word : words) {
      if (reader.apply(word).isEmpty()) {
        throw new BedException("%s has '%s': allowed are %s".formatted(option, word, allowed));
      }
    }
    List<T> values = words.stream().map(reader).flatMap(Optional::stream).toList();
    if (values.stream().distinct().count() != values.size()) {
      throw new BedException("%s is '%s': each may be named once".formatted(option, text));
    }
    return values;
  }

  private static Optional<Integer> number(String word) {
    if (!word.matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    return Optional.of(Integer.valueOf(word)).filter(n -> n >= 1 && n <= MOST_CONNECTIONS);
  }

  static void requireRange(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new BedException("%s is %d: allowed is 1 to %d".formatted(option, value, max));
    }
  }
}
