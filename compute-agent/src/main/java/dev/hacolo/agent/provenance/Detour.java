package dev.hacolo.agent.provenance;

import java.util.List;

/**
 * The part of a scan that goes through likely ranges, beside its round through all. It never has
 * two turns of {@link MemoryScan#CHUNK} bytes in a row, however often it begins anew. Belongs to
 * its scan.
 */
final class Detour {
  private List<RamRange> ranges = List.of();
  private int at;
  private long offset;

  /** Bytes left of this turn. */
  private int left = MemoryScan.CHUNK;

  private boolean next;

  /** Ends here; the next time it goes through these. */
  void through(List<RamRange> likely) {
    ranges = List.copyOf(likely);
    at = ranges.size();
    offset = 0;
    next = false;
  }

  /** Goes through the ranges from the first on, with what is left of its turn. */
  void begin() {
    at = 0;
    offset = 0;
    settle();
  }

  /** The round has gone on by a chunk: this one's turn. */
  void afterRound() {
    left = MemoryScan.CHUNK;
    settle();
  }

  /** Goes on behind its chunk. */
  void advance() {
    int length = length();
    left -= length;
    offset += length;
    if (offset == ranges.get(at).length()) {
      at++;
      offset = 0;
    }
    settle();
  }

  private void settle() {
    next = left > 0 && at < ranges.size();
  }

  /** Whether the next chunk is one of these. */
  boolean isNext() {
    return next;
  }

  /** Where the next chunk starts, if it is one of these. */
  long address() {
    return ranges.get(at).address() + offset;
  }

  /** Bytes of the next chunk, whole pages, if it is one of these. */
  int length() {
    return (int) Math.min(MemoryScan.CHUNK, ranges.get(at).length() - offset);
  }
}
