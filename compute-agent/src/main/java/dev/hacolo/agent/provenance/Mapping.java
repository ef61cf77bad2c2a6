package dev.hacolo.agent.provenance;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of /proc/PID/maps (proc(5)).
 *
 * @param start first address
 * @param end first address behind it
 * @param shared whether it is shared and has a file
 * @param offset where in the file it starts
 */
public record Mapping(long start, long end, boolean shared, long offset) {
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ...([ps]) ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ (\\d+).*");

  /** All mappings in user space; a line that is none is passed over. */
  public static List<Mapping> parse(String maps) {
    return maps.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .filter(m -> m.group(1).length() < 16)
        .map(Mapping::of)
        .toList();
  }

  private static Mapping of(Matcher line) {
    return new Mapping(
        Long.parseLong(line.group(1), 16),
        Long.parseLong(line.group(2), 16),
        line.group(3).equals("s") && !line.group(5).equals("0"),
        Long.parseLong(line.group(4), 16));
  }

  /** Whether a range lies wholly in shared mappings that have a file. */
  public static boolean allShared(RamRange range, List<Mapping> mappings) {
    long at = range.address();
    for (Mapping mapping : mappings) {
      if (mapping.shared && mapping.start <= at && at < mapping.end) {
        at = mapping.end;
      }
    }
    return at >= range.end();
  }

  /** Path that opens the very file that is mapped here. */
  String file(int pid) {
    return "/proc/%d/map_files/%x-%x".formatted(pid, start, end);
  }
}
