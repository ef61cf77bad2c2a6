package dev.hacolo.agent.provenance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The search for one body. A look that fits starts a comparison with the whole part of the body
 * that would be in that page, and with the pages before and behind.
 */
final class BodySearch {
  /** A shorter piece of a body is taken only where memory goes on without a gap. */
  static final int MIN_PIECE = 64;

  /** Unfinished assemblies at once. */
  private static final int MAX_ASSEMBLIES = 8;

  /**
   * Looks that fit: so many, and the search is given up, for the body fits everywhere or nowhere.
   */
  private static final int MAX_TRIES = 10_000;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final Wanted wanted;
  private final int[] groups;
  private final byte[] body;
  private final List<Assembly> assemblies = new ArrayList<>(1);
  private final List<Extents> places = new ArrayList<>(1);

  /** How many of the places have been handed over. */
  private int taken;

  private long began;
  private int tries;
  private boolean over;

  /** On the scan's count of bytes: when all memory has been seen with all windows. */
  long until;

  BodySearch(Wanted wanted) {
    this.wanted = wanted;
    this.body = wanted.data();
    this.groups = SearchPlan.groups(body);
  }

  /** Whether there is something to find it by. */
  boolean searchable() {
    return groups.length > 0;
  }

  /** When it began, on the scan's count of bytes. */
  long began() {
    return began;
  }

  /** Puts its windows into the table. */
  void start(WindowTable table, long now) {
    began = now;
    for (int group : groups) {
      for (int at = group; at < group + SearchPlan.STRIDE; at++) {
        want(table, at);
      }
    }
  }

  /** Whether the table has room for its windows. */
  boolean fits(WindowTable table) {
    return table.size() + groups.length * SearchPlan.STRIDE <= WindowTable.LIMIT;
  }

  private boolean want(WindowTable table, int position) {
    long window = (long) LONG.get(body, position);
    return window != 0 && table.add(window, this, position);
  }

  /** Whether nothing more is looked for. */
  boolean over() {
    return over;
  }

  void end() {
    over = true;
  }

  int found() {
    return places.size();
  }

  /** Places that were not handed over before. */
  List<Extents> takePlaces() {
    List<Extents> fresh = List.copyOf(places.subList(taken, places.size()));
    taken = places.size();
    return fresh;
  }

  /**
   * A look fits.
   *
   * @param position of the window in the body
   * @param chunk whole pages of memory
   * @param at where the window is in the chunk
   * @param address where the chunk starts in memory
   * @return whether a part was found, so that {@link #wantRest} is to be called
   */
  boolean fits(int position, byte[] chunk, int length, int at, long address) {
    int offset = (at - position) & (RamRange.PAGE - 1);
    int piece = (position + offset) / RamRange.PAGE;
    int start = at - (position - Assembly.start(piece, offset));
    if (over || knownAt(offset, piece, address + start)) {
      return false;
    }
    over = ++tries >= MAX_TRIES;
    if (!same(chunk, start, piece, offset)) {
      return false;
    }
    int first = back(chunk, start, piece, offset);
    int last = forth(chunk, length, start, piece, offset);
    Assembly assembly = assembly(offset, first, last);
    long page = address + (start & -RamRange.PAGE);
    for (int i = first; i <= last; i++) {
      long at0 = page + (long) (i - piece) * RamRange.PAGE;
      assembly.put(i, i == 0 ? at0 + offset : at0);
    }
    return finish(assembly);
  }

  private boolean knownAt(int offset, int piece, long address) {
    for (Assembly assembly : assemblies) {
      if (assembly.pageOffset == offset && assembly.found(piece, address)) {
        return true;
      }
    }
    for (Extents place : places) {
      int from = Assembly.start(piece, offset);
      if (from < body.length && (place.address(0) & (RamRange.PAGE - 1)) == offset) {
        int extent = place.at(from);
        if (place.address(extent) + (from - place.start(extent)) == address) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean same(byte[] chunk, int at, int piece, int offset) {
    int from = Assembly.start(piece, offset);
    int end = Assembly.end(piece, offset, body.length);
    return Arrays.equals(chunk, at, at + end - from, body, from, end);
  }

  /** First piece of a run that ends with this one. */
  private int back(byte[] chunk, int at, int piece, int offset) {
    int first = piece;
    for (int page = (at & -RamRange.PAGE) - RamRange.PAGE; first > 0 && page >= 0; first--) {
      if (!same(chunk, first == 1 ? page + offset : page, first - 1, offset)) {
        break;
      }
      page -= RamRange.PAGE;
    }
    return first;
  }

  private int forth(byte[] chunk, int length, int at, int piece, int offset) {
    int pieces = (offset + body.length - 1) / RamRange.PAGE + 1;
    int last = piece;
    for (int page = (at & -RamRange.PAGE) + RamRange.PAGE;
        last + 1 < pieces && page < length && same(chunk, page, last + 1, offset);
        page += RamRange.PAGE) {
      last++;
    }
    return last;
  }

  /** One that lacks this run; the oldest unfinished one goes if there are too many. */
  private Assembly assembly(int offset, int first, int last) {
    for (Assembly assembly : assemblies) {
      if (assembly.pageOffset == offset && assembly.lacks(first, last)) {
        return assembly;
      }
    }
    if (assemblies.size() == MAX_ASSEMBLIES) {
      assemblies.remove(0);
    }
    Assembly fresh = new Assembly(offset, body.length);
    assemblies.add(fresh);
    return fresh;
  }

  /** Keeps a place that is whole; true if something is missing. */
  private boolean finish(Assembly assembly) {
    Extents whole = assembly.whole();
    if (whole == null) {
      return true;
    }
    assemblies.remove(assembly);
    places.add(whole);
    over = places.size() == IndexedBody.MAX_PLACES;
    return false;
  }

  /**
   * Pieces that hold no group get a window of their own, now that it is known where they begin.
   *
   * @return whether the table has more windows now
   */
  boolean wantRest(WindowTable table) {
    boolean added = false;
    for (Assembly assembly : assemblies) {
      added |= !assembly.asked && wantRest(table, assembly);
      assembly.asked = true;
    }
    return added;
  }

  private boolean wantRest(WindowTable table, Assembly assembly) {
    boolean added = false;
    for (int i = 0; i < assembly.pieces(); i++) {
      int from = assembly.start(i);
      int end = assembly.end(i);
      if (assembly.missing(i) && end - from >= MIN_PIECE && !hasGroup(from, end)) {
        int window = SearchPlan.window(body, from, end, i == 0 ? assembly.pageOffset : 0);
        added |= window >= 0 && want(table, window);
      }
    }
    return added;
  }

  private boolean hasGroup(int from, int end) {
    for (int group : groups) {
      if (group >= from && group + SearchPlan.GROUP <= end) {
        return true;
      }
    }
    return false;
  }
}
