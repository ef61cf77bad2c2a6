package dev.hacolo.bed.traffic;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Redis' append-only file and looks for every acknowledged write in it. A connection makes
 * its writes one after the other, so the file has them in that order without a gap; a counter for
 * each connection suffices.
 */
final class AppendOnlyFileScan {
  private static final int EXAMPLES = 5;

  private final WriteScheme scheme;
  private final Map<Integer, Long> lastSeen = new HashMap<>();
  private final List<String> examples = new ArrayList<>();
  private long lost;
  private long seen;

  AppendOnlyFileScan(WriteScheme scheme) {
    this.scheme = scheme;
  }

  /** Reads one file to its end; a command that is cut off at the end does not count. */
  void read(AnswerReader in) throws IOException, WrongAnswerException {
    while (!in.atEnd()) {
      List<byte[]> words = new ArrayList<>();
      try {
        Resp.array(in).forEach(word -> words.add(word == null ? new byte[0] : word));
      } catch (EOFException e) {
        return;
      }
      command(words);
    }
  }

  /** Ends the scan: what the connections have acknowledged and was not seen is lost. */
  Outcome finish(List<ConnectionRecord.Snapshot> connections) {
    for (ConnectionRecord.Snapshot connection : connections) {
      long last = lastSeen.getOrDefault(connection.id(), 0L);
      long missing = connection.acknowledgedWrites() - last;
      if (missing > 0) {
        lose(missing, "%s: no write after %d is on disk".formatted(connection.name(), last));
      }
    }
    return new Outcome(seen, lost, List.copyOf(examples));
  }

  /**
   * What was found.
   *
   * @param checked writes or keys that were looked at
   * @param lost acknowledged writes that are not there, or are wrong
   * @param examples some of them, in sentences
   */
  record Outcome(long checked, long lost, List<String> examples) {}

  private void command(List<byte[]> words) {
    if (words.size() != 3 || !"SET".equalsIgnoreCase(AnswerReader.text(words.get(0)))) {
      return; // SELECT, or a command of somebody else.
    }
    String key = new String(words.get(1), StandardCharsets.US_ASCII);
    if (!key.matches("c\\d{3}\\.\\d{1,7}")) {
      return;
    }
    int connection = Integer.parseInt(key.substring(1, 4));
    byte[] value = words.get(2);
    long number = WriteScheme.numberIn(value, connection);
    long last = lastSeen.getOrDefault(connection, 0L);
    seen++;
    if (number < 1
        || !key.equals(scheme.key(connection, number))
        || !Arrays.equals(value, scheme.value(connection, number))) {
      lose(1, "%s has a damaged value on disk".formatted(key));
      // Most likely the next one: it must not be counted a second time as missing.
      lastSeen.put(connection, last + 1);
      return;
    }
    if (number > last + 1) {
      lose(number - last - 1, "%s: writes before number %d are missing".formatted(key, number));
    }
    lastSeen.put(connection, Math.max(last, number));
  }

  private void lose(long count, String example) {
    lost += count;
    if (examples.size() < EXAMPLES) {
      examples.add(example);
    }
  }
}
