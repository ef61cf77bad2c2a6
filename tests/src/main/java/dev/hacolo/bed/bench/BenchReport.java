package dev.hacolo.bed.bench;

import java.util.List;

/**
 * The content of {@code --json}.
 *
 * @param machine what it was measured on
 * @param date when it began, ISO 8601
 * @param command how it was called
 * @param placement who ran on which core
 * @param guest what was booted
 * @param boots how often the guest was booted
 * @param rows all measurements, in the order in which they were made
 */
record BenchReport(
    Machine machine,
    String date,
    String command,
    String placement,
    String guest,
    String boots,
    List<Row> rows) {
  BenchReport {
    rows = List.copyOf(rows);
  }

  boolean isGood() {
    return rows.stream().allMatch(Row::isGood);
  }
}
