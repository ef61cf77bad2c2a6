package dev.hacolo.bed.bench;

import java.util.List;

/** Tables in columns of equal width, for a person. */
final class Columns {
  private Columns() {}

  /** One line of a table, the first columns to the left and the others to the right. */
  static String aligned(List<String> line, List<List<String>> all, int leftAligned) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.size(); i++) {
      int column = i;
      int width = all.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
      String padding = " ".repeat(width - line.get(i).length());
      text.append(i == 0 ? "" : "  ");
      text.append(i < leftAligned ? line.get(i) + padding : padding + line.get(i));
    }
    return text.toString().stripTrailing();
  }
}
