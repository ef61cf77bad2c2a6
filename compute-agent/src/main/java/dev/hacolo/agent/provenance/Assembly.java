package dev.hacolo.agent.provenance;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body of which some pages were found. Its first byte lies at an offset in a page; so it is known
 * how the ends of pages cut it into pieces.
 */
final class Assembly {
  private static final long MISSING = -1;

  /** Where the body starts in its first page. */
  final int pageOffset;

  /** Whether windows for its missing pieces are wanted. */
  boolean asked;

  private final int length;
  private final long[] addresses;
  private int missing;

  Assembly(int pageOffset, int length) {
    this.pageOffset = pageOffset;
    this.length = length;
    addresses = new long[(pageOffset + length - 1) / RamRange.PAGE + 1];
    Arrays.fill(addresses, MISSING);
    missing = addresses.length;
  }

  int pieces() {
    return addresses.length;
  }

  /** Position in the body at which a piece starts. */
  int start(int piece) {
    return start(piece, pageOffset);
  }

  /** Position behind a piece. */
  int end(int piece) {
    return end(piece, pageOffset, length);
  }

  static int start(int piece, int pageOffset) {
    return piece == 0 ? 0 : piece * RamRange.PAGE - pageOffset;
  }

  static int end(int piece, int pageOffset, int length) {
    return (int) Math.min(length, (piece + 1L) * RamRange.PAGE - pageOffset);
  }

  boolean missing(int piece) {
    return addresses[piece] == MISSING;
  }

  boolean found(int piece, long address) {
    return addresses[piece] == address;
  }

  /** Whether none of the pieces from the first to the last has been found. */
  boolean lacks(int first, int last) {
    for (int i = first; i <= last; i++) {
      if (!missing(i)) {
        return false;
      }
    }
    return true;
  }

  /** Notes a piece. */
  void put(int piece, long address) {
    if (missing(piece)) {
      missing--;
    }
    addresses[piece] = address;
  }

  /** Where the body is, once all of it was found; null until then. */
  @Nullable Extents whole() {
    if (missing > 0) {
      return null;
    }
    int[] lengths = new int[addresses.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = end(i) - start(i);
    }
    return Extents.of(addresses, lengths);
  }
}
