package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Compares guest memory with the index at a checkpoint, on a thread of its own, while the VM stands
 * still. Not thread-safe: one run at a time.
 */
public final class EpochDigests {
  private static final int PIECE = 16 * BodyContent.BLOCK;

  private final ContentDigest.Sum sum;
  private final MemoryReader memory;
  private final byte[] buffer = new byte[PIECE];

  /**
   * What was found.
   *
   * @param matched numbers of the places that hold their body
   * @param reached how many places were looked at before time was up, from the first on
   */
  public record Result(BitSet matched, int reached) {}

  /** Digests have the key of the index; the reader is this object's alone. */
  public EpochDigests(ContentDigest digest, MemoryReader memory) {
    this.sum = digest.sum();
    this.memory = memory;
  }

  /**
   * Looks at the places in their order until time is up. The result says what memory held if the VM
   * stood still from before the call until it returned; who calls has to make sure of that, and to
   * throw the result away otherwise.
   *
   * @param places from {@link ContentIndex#places}
   * @param clock nanoseconds, as {@link System#nanoTime}
   * @param until when to stop, on that clock; asked before each piece of 64 KiB
   */
  public Result compare(List<Place> places, LongSupplier clock, long until) {
    BitSet matched = new BitSet(places.size());
    int reached = 0;
    while (reached < places.size()) {
      Place place = places.get(reached);
      int from = 0;
      boolean same = true;
      while (same && from < place.content().length()) {
        if (clock.getAsLong() - until >= 0) {
          return new Result(matched, reached);
        }
        int length = Math.min(PIECE, place.content().length() - from);
        same = holds(place, from, length);
        from += length;
      }
      matched.set(reached, same);
      reached++;
    }
    return new Result(matched, reached);
  }

  private boolean holds(Place place, int from, int length) {
    return memory.read(place.extents(), from, buffer, 0, length)
        && place.content().matches(sum, from, buffer, 0, length);
  }
}
