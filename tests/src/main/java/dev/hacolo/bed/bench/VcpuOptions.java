package dev.hacolo.bed.bench;

import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.process.BedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code bench --asymmetric} measures.
 *
 * @param vcpus numbers of vCPUs of the guest, 1 to 16 each
 * @param active how many of them the secondary may run
 * @param workloads workloads
 * @param connections connections to each guest, 1 to 64
 * @param seconds length of a measurement, 1 to 600
 * @param repetitions 1 to 100
 * @param crossed two guests, each with its primary where the other one has its secondary
 */
record VcpuOptions(
    List<Integer> vcpus,
    List<Active> active,
    List<Workload> workloads,
    int connections,
    int seconds,
    int repetitions,
    boolean crossed) {
  private static final int MOST_VCPUS = 16;

  /** How many vCPUs of the secondary may run. */
  enum Active {
    /** All: as the primary. */
    ALL("all"),
    /** Half of them. */
    HALF("half"),
    /** One. */
    ONE("1"),
    /** What the service's automatic mode comes to. */
    AUTO("auto");

    private final String title;

    Active(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** Of a guest with some vCPUs; where automatic mode begins. */
    int of(int vcpus) {
      return switch (this) {
        case ALL, AUTO -> vcpus;
        case HALF -> Math.max(1, vcpus / 2);
        case ONE -> 1;
      };
    }

    static Optional<Active> named(String title) {
      return Arrays.stream(values()).filter(a -> a.title.equals(title)).findFirst();
    }
  }

  VcpuOptions {
    vcpus = List.copyOf(vcpus);
    active = List.copyOf(active);
    workloads = List.copyOf(workloads);
  }

  /**
   * Reads comma-separated lists.
   *
   * @throws BedException with one sentence if something is not allowed
   */
  static VcpuOptions parse(
      String vcpus,
      String active,
      String workloads,
      int connections,
      int seconds,
      int repetitions,
      boolean crossed) {
    BenchOptions.requireRange("--connections", connections, 64);
    BenchOptions.requireRange("--seconds", seconds, 600);
    BenchOptions.requireRange("--repeat", repetitions, 100);
    String all =
        Arrays.stream(Active.values()).map(Active::title).collect(Collectors.joining(", "));
    String loads =
        Arrays.stream(Workload.values()).map(Workload::title).collect(Collectors.joining(", "));
    return new VcpuOptions(
        BenchOptions.list("--vcpus", vcpus, VcpuOptions::number, "1 to " + MOST_VCPUS),
        BenchOptions.list("--active", active, Active::named, all),
        BenchOptions.list("--workloads", workloads, Workload::of, loads),
        connections,
        seconds,
        repetitions,
        crossed);
  }

  /** The choices that differ for a guest with some vCPUs. */
  List<Active> activeFor(int guestVcpus) {
    return active.stream()
        .filter(
            a ->
                a == Active.AUTO
                    || a == Active.ALL
                    || active.stream()
                        .takeWhile(earlier -> earlier != a)
                        .filter(earlier -> earlier != Active.AUTO)
                        .noneMatch(earlier -> earlier.of(guestVcpus) == a.of(guestVcpus)))
        .toList();
  }

  private static Optional<Integer> number(String word) {
    return word.matches("[0-9]{1,2}")
        ? Optional.of(Integer.valueOf(word)).filter(n -> n >= 1 && n <= MOST_VCPUS)
        : Optional.empty();
  }
}
