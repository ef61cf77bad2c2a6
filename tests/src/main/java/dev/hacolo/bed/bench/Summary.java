package dev.hacolo.bed.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The repetitions of one measurement together. Rows with a problem do not count, unless all have.
 *
 * @param load what was measured
 * @param engine under which engine
 * @param good rows without a problem
 * @param bad rows with one
 */
record Summary(Load load, String engine, List<Row> good, List<Row> bad) {
  /** A workload with a number of connections. */
  record Load(String workload, int connections) {}

  /** Groups rows by load, then engine, each in the order of its first row. */
  static Map<Load, List<Summary>> of(List<Row> rows) {
    Map<Load, Map<String, Summary>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      Load load = new Load(row.workload(), row.connections());
      Summary summary =
          groups
              .computeIfAbsent(load, l -> new LinkedHashMap<>())
              .computeIfAbsent(
                  row.engine(),
                  engine -> new Summary(load, engine, new ArrayList<>(), new ArrayList<>()));
      (row.isGood() ? summary.good : summary.bad).add(row);
    }
    Map<Load, List<Summary>> summaries = new LinkedHashMap<>();
    groups.forEach((load, engines) -> summaries.put(load, List.copyOf(engines.values())));
    return summaries;
  }

  /** Median operations in a second; nothing if no row is good. */
  Optional<Double> opsPerS() {
    return good.isEmpty() ? Optional.empty() : Optional.of(Sample.of(good, Row::opsPerS).median());
  }

  /** Median operations as a part of those of another engine under the same load. */
  Optional<Double> ratioTo(Engine other, List<Summary> sameLoad) {
    return sameLoad.stream()
        .filter(summary -> summary.engine.equals(other.title()))
        .findFirst()
        .flatMap(Summary::opsPerS)
        .filter(theirs -> theirs > 0)
        .flatMap(theirs -> opsPerS().map(ours -> ours / theirs));
  }
}
