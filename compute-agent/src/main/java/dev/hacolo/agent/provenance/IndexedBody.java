package dev.hacolo.agent.provenance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body of the index: where it is, and where it may appear. Belongs to the packet loop. */
final class IndexedBody {
  /** A body is kept at so many places: a freed item goes, another copy stays. */
  static final int MAX_PLACES = 4;

  /** So many different surroundings are remembered. */
  static final int MAX_SETTINGS = 8;

  final BodyContent content;
  final long[] samples;

  /** The places; those that were of use first. */
  final List<Place> places = new ArrayList<>(1);

  private long[] settings = new long[2];
  private int settingCount;

  /** Neighbours in the order of last use. */
  @Nullable IndexedBody older;

  @Nullable IndexedBody newer;

  IndexedBody(BodyContent content, long[] samples) {
    this.content = content;
    this.samples = samples;
  }

  /** Whether it was learnt with this context and framing. */
  boolean appears(long context, long framing) {
    for (int i = 0; i < settingCount; i++) {
      if (settings[2 * i] == context && settings[2 * i + 1] == framing) {
        return true;
      }
    }
    return false;
  }

  /** Remembers context and framing; the ninth takes the place of the oldest. */
  void add(long context, long framing) {
    if (appears(context, framing)) {
      return;
    }
    if (settingCount == MAX_SETTINGS) {
      System.arraycopy(settings, 2, settings, 0, 2 * (MAX_SETTINGS - 1));
      settingCount--;
    } else if (2 * settingCount == settings.length) {
      settings = Arrays.copyOf(settings, 2 * settings.length);
    }
    settings[2 * settingCount] = context;
    settings[2 * settingCount + 1] = framing;
    settingCount++;
  }

  /** Adds a place; gives how many bytes of content are indexed more, less than 0 for fewer. */
  long add(Extents extents) {
    for (Place place : places) {
      if (place.extents().equals(extents)) {
        return 0;
      }
    }
    Place gone = places.size() == MAX_PLACES ? places.remove(MAX_PLACES - 1) : null;
    places.add(new Place(extents, content));
    return gone == null ? content.length() : 0;
  }

  /** Whether a place is left that held the body when last looked at. */
  boolean fresh() {
    for (Place place : places) {
      if (place.fresh()) {
        return true;
      }
    }
    return false;
  }

  /** The place was of use: it is looked at first from now on. */
  void prefer(int index) {
    if (index > 0) {
      places.add(0, places.remove(index));
    }
  }
}
