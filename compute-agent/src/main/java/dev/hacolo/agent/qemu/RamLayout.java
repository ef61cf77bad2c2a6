package dev.hacolo.agent.qemu;

import dev.hacolo.agent.provenance.RamRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Where guest pages are in QEMU's address space. Immutable; pure.
 *
 * @param parts in any order; those that are not there are not RAM
 */
public record RamLayout(List<Part> parts) {
  /** Nothing is known. */
  public static final RamLayout UNKNOWN = new RamLayout(List.of());

  /** More written pages than this are no hint where to look first: 256 MiB. */
  static final int MOST = 1 << 16;

  /** So many pages that were not written do not divide a range: a read costs as much as they. */
  private static final int GAP = 4;

  /**
   * A stretch of RAM that is in one piece on both sides.
   *
   * @param first number of its first guest page
   * @param pages how many, above 0
   * @param address where the first is in QEMU
   */
  public record Part(long first, long pages, long address) {}

  /** Copies the list. */
  public RamLayout {
    parts = List.copyOf(parts);
  }

  /**
   * Ranges that hold the pages, and few others; none if there are too many pages.
   *
   * @param pages numbers of guest pages
   */
  public List<RamRange> ranges(BitSet pages) {
    List<RamRange> ranges = new ArrayList<>();
    if (pages.cardinality() > MOST) {
      return ranges;
    }
    for (Part part : parts) {
      long end = Math.min(part.first() + part.pages(), pages.length());
      for (int page = next(pages, part.first()); page >= 0 && page < end; ) {
        int last = last(pages, page, end);
        long address = part.address() + (page - part.first()) * RamRange.PAGE;
        ranges.add(new RamRange(address, (long) (last + 1 - page) * RamRange.PAGE));
        page = next(pages, last + 1L);
      }
    }
    return ranges;
  }

  private static int next(BitSet pages, long from) {
    return from > Integer.MAX_VALUE ? -1 : pages.nextSetBit((int) from);
  }

  private static int last(BitSet pages, int first, long end) {
    int last = first;
    for (int page = next(pages, last + 1L);
        page >= 0 && page < end && page - last <= GAP + 1;
        page = next(pages, last + 1L)) {
      last = page;
    }
    return last;
  }
}
