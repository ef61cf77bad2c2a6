package dev.hacolo.agent.allocation;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;

/** The kernel's list form of a set of CPUs, for example {@code 2-3,6}. */
final class CpuList {
  private CpuList() {}

  /** Reads the list form. An empty text is the empty set. */
  static SortedSet<Integer> parse(String list) {
    SortedSet<Integer> cpus = new TreeSet<>();
    for (String range : list.strip().split(",", -1)) {
      if (!range.isBlank()) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(range, 0, dash < 0 ? range.length() : dash, 10);
        int last = Integer.parseInt(range, dash + 1, range.length(), 10);
        for (int cpu = first; cpu <= last; cpu++) {
          cpus.add(cpu);
        }
      }
    }
    return Collections.unmodifiableSortedSet(cpus);
  }

  /** Writes the list form. */
  static String format(Collection<Integer> cpus) {
    StringJoiner list = new StringJoiner(",");
    SortedSet<Integer> left = new TreeSet<>(cpus);
    while (!left.isEmpty()) {
      int first = left.first();
      int last = first;
      while (left.contains(last + 1)) {
        last++;
      }
      list.add(first == last ? "%d".formatted(first) : "%d-%d".formatted(first, last));
      left = new TreeSet<>(left.tailSet(last + 1));
    }
    return list.toString();
  }
}
