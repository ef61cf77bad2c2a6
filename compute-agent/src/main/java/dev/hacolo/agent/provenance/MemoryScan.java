package dev.hacolo.agent.provenance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/**
 * The search for bodies in all guest memory: round and round, chunk by chunk, for all bodies at
 * once. A body that comes is looked for from there on until all memory has been seen; once more if
 * only parts were found. Pure: who drives it reads the memory. One thread at a time.
 *
 * <p>It may be told where bodies are likely to be. There it looks first, for bodies that come then
 * and for those that are wanted: as many bytes there as on its round, so that the round goes on at
 * half its pace at least. The round alone decides when a search is over.
 *
 * <p>Memory changes while it is read, so what is found is a guess until a checkpoint's digests have
 * confirmed it.
 */
public final class MemoryScan {
  /** Bytes of a chunk; the last one of a range may have fewer. */
  public static final int CHUNK = 256 << 10;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Rounds after which a search ends, whatever parts were found. */
  private static final int MAX_ROUNDS = 3;

  private final List<RamRange> ranges;
  private final long total;
  private final WindowTable table = new WindowTable();
  private final Queue<BodySearch> waiting = new ArrayDeque<>();
  private final List<BodySearch> searches = new ArrayList<>();

  /** Searches that have found a part at the present look. */
  private final List<BodySearch> advanced = new ArrayList<>();

  private int range;
  private long offset;
  private long seen;
  private final Detour detour = new Detour();

  /** Whether searches have begun since the last chunk. */
  private boolean admitted;

  /**
   * Where to look for a body.
   *
   * @param wanted the body
   * @param places where it was found since the last event of this body; may be empty
   * @param over whether the search for it has ended
   * @param found how often it was found in all
   */
  public record Event(Wanted wanted, List<Extents> places, boolean over, int found) {}

  /**
   * A scan.
   *
   * @param ranges what to search, at least one
   */
  public MemoryScan(List<RamRange> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no memory");
    }
    this.ranges = List.copyOf(ranges);
    this.total = ranges.stream().mapToLong(RamRange::length).sum();
  }

  /** Wants a body; it may wait for others to end. False if it has nothing to be found by. */
  public boolean add(Wanted wanted) {
    BodySearch search = new BodySearch(wanted);
    if (!search.searchable()) {
      return false;
    }
    waiting.add(search);
    return true;
  }

  /** Whether nothing is wanted. */
  public boolean idle() {
    return searches.isEmpty() && waiting.isEmpty();
  }

  /** Bodies that are wanted or wait. */
  public int size() {
    return searches.size() + waiting.size();
  }

  /**
   * Says where bodies are likely to be; replaces what was said before. Not to be called between the
   * reading of a chunk and the look at it.
   *
   * @param likely parts of the ranges; others are for who reads to refuse
   */
  public void likely(List<RamRange> likely) {
    detour.through(likely);
    if (!searches.isEmpty()) {
      detour.begin();
    }
  }

  /** Where the next chunk starts. */
  public long address() {
    return detour.isNext() ? detour.address() : ranges.get(range).address() + offset;
  }

  /** Bytes of the next chunk, whole pages. */
  public int length() {
    return detour.isNext() ? detour.length() : roundLength();
  }

  private int roundLength() {
    return (int) Math.min(CHUNK, ranges.get(range).length() - offset);
  }

  /** Bytes looked at so far on the rounds. */
  public long seen() {
    return seen;
  }

  /** Goes on behind a chunk that cannot be read. */
  public List<Event> unreadable() {
    admit();
    return advance();
  }

  /**
   * Looks at the next chunk and goes on behind it.
   *
   * @param chunk holds {@link #length} bytes read from {@link #address}
   * @return what came of it
   */
  public List<Event> look(byte[] chunk) {
    admit();
    int length = length();
    for (int at = 0; at < length; at += SearchPlan.STRIDE) {
      long window = (long) LONG.get(chunk, at);
      if (window != 0 && table.mayHold(window)) {
        fits(window, chunk, length, at);
      }
    }
    return advance();
  }

  private void admit() {
    while (!waiting.isEmpty() && waiting.element().fits(table)) {
      BodySearch search = waiting.remove();
      search.start(table, seen);
      search.until = seen + total;
      searches.add(search);
      admitted = true;
    }
  }

  private void fits(long window, byte[] chunk, int length, int at) {
    int slot = table.first(window);
    for (BodySearch search = table.search(slot); search != null; search = table.search(slot)) {
      if (table.window(slot) == window
          && search.fits(table.position(slot), chunk, length, at, address())) {
        advanced.add(search);
      }
      slot = table.next(slot);
    }
    // Only now, for the table may be rebuilt.
    for (BodySearch search : advanced) {
      if (search.wantRest(table)) {
        search.until = Math.min(seen + total, search.began() + MAX_ROUNDS * total) + CHUNK;
      }
    }
    advanced.clear();
  }

  private List<Event> advance() {
    if (detour.isNext()) {
      detour.advance();
    } else {
      goRound();
    }
    if (admitted) {
      admitted = false;
      detour.begin();
    }
    return searches.isEmpty() ? List.of() : events();
  }

  private void goRound() {
    int length = roundLength();
    seen += length;
    offset += length;
    if (offset == ranges.get(range).length()) {
      offset = 0;
      range = (range + 1) % ranges.size();
    }
    detour.afterRound();
  }

  private List<Event> events() {
    List<Event> events = new ArrayList<>(0);
    int ended = 0;
    for (Iterator<BodySearch> all = searches.iterator(); all.hasNext(); ) {
      BodySearch search = all.next();
      if (seen >= search.until) {
        search.end();
      }
      List<Extents> places = search.takePlaces();
      if (search.over() || !places.isEmpty()) {
        events.add(new Event(search.wanted, places, search.over(), search.found()));
      }
      if (search.over()) {
        all.remove();
        ended++;
      }
    }
    if (ended > 0) {
      table.sweep();
    }
    return events;
  }
}
