package dev.hacolo.agent.provenance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bodies that were found in guest memory, and the question whether an output is one of them and is
 * in S_k. Belongs to one packet loop; no locks. The order of calls at checkpoint k: {@link #places}
 * → {@link EpochDigests#compare} on another thread → {@link #synchronised}.
 *
 * <p>A candidate is found by a {@linkplain Samples sample} of the stretch; if none lies within it
 * (it is shorter than 271 bytes), by what was last found with the same context, framing and body
 * length. Context and framing are part of the evidence, not only a help: a body counts as known
 * only where it was learnt.
 */
public final class ContentIndex {
  /** Longest stretch that can be asked for. */
  public static final int MAX_STRETCH = 128 << 10;

  /** Most places that one checkpoint looks at. */
  public static final int MAX_PLACES = 16_384;

  /** A place is given up at so many checkpoints in a row with other content. */
  static final int MAX_STRANGE = 3;

  /** How many candidates one question looks at. */
  private static final int CANDIDATES = 3;

  /** How many last finds are remembered; a power of 2. */
  private static final int RECENT = 1024;

  private final long maxBytes;
  private final int maxBodies;
  private final SynchronisedMemory synchronised;
  private final MemoryReader memory;
  private final Map<BodyContent, IndexedBody> bodies = new HashMap<>();
  private final SampleMap samples = new SampleMap();
  private final BodyOrder order = new BodyOrder();
  private final @Nullable IndexedBody[] recent = new IndexedBody[RECENT];
  private final byte[] now = new byte[MAX_STRETCH + 2 * BodyContent.BLOCK];
  private long bytes;
  private long evicted;
  private int synchronisedPlaces;

  /**
   * An empty index.
   *
   * @param policy has its bounds
   * @param synchronised evidence of what is as in S_k
   * @param memory a reader of the index's own
   */
  public ContentIndex(LearningPolicy policy, SynchronisedMemory synchronised, MemoryReader memory) {
    this.maxBytes = policy.indexBytes();
    this.maxBodies = policy.indexBodies();
    this.synchronised = synchronised;
    this.memory = memory;
  }

  /**
   * Whether a stretch of a body is the content of S_k at a place of this body, and still is there.
   * Takes about 2 µs for 1 KiB; reads guest memory; does not block. False in every doubt.
   *
   * @param data holds the stretch
   * @param offset where it starts in {@code data}
   * @param length its bytes; more than {@link #MAX_STRETCH} is never synced
   * @param bodyOffset where it starts in the body, 0 or more
   * @param bodyLength bytes of the whole body
   * @param context as when it was learnt
   * @param framing as when it was learnt
   */
  public boolean synced(
      byte[] data,
      int offset,
      int length,
      long bodyOffset,
      long bodyLength,
      long context,
      long framing) {
    boolean inside = bodyOffset >= 0 && length > 0 && bodyOffset <= bodyLength - length;
    if (!inside || bodyLength > Integer.MAX_VALUE || length > MAX_STRETCH) {
      return false;
    }
    int from = (int) bodyOffset;
    return synced(new Stretch(data, offset, length, from, (int) bodyLength, context, framing));
  }

  private boolean synced(Stretch stretch) {
    int slot = stretch.setting() & (RECENT - 1);
    int position = Samples.next(stretch.from());
    if (!stretch.holdsSample(position)) {
      IndexedBody last = recent[slot];
      return last != null && confirmed(last, stretch);
    }
    IndexedBody tried = null;
    for (int i = 0; i < CANDIDATES && stretch.holdsSample(position); i++) {
      IndexedBody body = samples.find(stretch.sample(position));
      if (body != null && body != tried && confirmed(body, stretch)) {
        recent[slot] = body;
        return true;
      }
      tried = body;
      position += Samples.SPACING;
    }
    return false;
  }

  private boolean confirmed(IndexedBody body, Stretch stretch) {
    boolean here =
        body.content.length() == stretch.bodyLength()
            && body.appears(stretch.context(), stretch.framing());
    for (int i = 0; here && i < body.places.size(); i++) {
      if (holds(body.places.get(i), stretch)) {
        body.prefer(i);
        order.touch(body);
        return true;
      }
    }
    return false;
  }

  /** Whole blocks are read, for only they have digests. */
  private boolean holds(Place place, Stretch stretch) {
    int start = BodyContent.blockStart(stretch.from());
    int size = place.content().blockEnd(stretch.end() - 1) - start;
    return memory.read(place.extents(), start, now, 0, size)
        && stretch.equalTo(now, stretch.from() - start)
        && synchronised.unmodified(place, start, now, 0, size);
  }

  /**
   * Whether the body is indexed for this context and framing, so that it need not be learnt again.
   * A hint: only some bytes are looked at.
   */
  public boolean knows(byte[] body, int offset, int length, long context, long framing) {
    if (length < Samples.BYTES) {
      return false;
    }
    int position = (length - Samples.BYTES) & -Samples.SPACING;
    IndexedBody last = samples.find(Samples.at(body, offset + position, position, length));
    IndexedBody first = samples.find(Samples.at(body, offset, 0, length));
    return first != null && first == last && first.appears(context, framing) && first.fresh();
  }

  /** Takes a body that the search has found, and puts out the least recently useful ones. */
  public void add(Learnt learnt) {
    IndexedBody body = bodies.get(learnt.content());
    if (body == null) {
      body = new IndexedBody(learnt.content(), learnt.samples());
      bodies.put(learnt.content(), body);
      for (long sample : learnt.samples()) {
        samples.put(sample, body);
      }
      order.append(body);
    }
    body.add(learnt.context(), learnt.framing());
    bytes += body.add(learnt.extents());
    order.touch(body);
    while (bytes > maxBytes || bodies.size() > maxBodies) {
      evict();
    }
  }

  private void evict() {
    IndexedBody body = order.oldest();
    if (body == null) {
      throw new IllegalStateException("nothing indexed, yet " + bytes + " bytes");
    }
    remove(body);
    evicted++;
  }

  private void remove(IndexedBody body) {
    order.remove(body);
    bodies.remove(body.content);
    for (long sample : body.samples) {
      samples.remove(sample, body);
    }
    bytes -= (long) body.places.size() * body.content.length();
    body.places.clear();
  }

  /**
   * What to look at during a checkpoint: the places of the most recently useful bodies first. To be
   * asked for at the checkpoint or before it; the list does not change.
   */
  public List<Place> places() {
    List<Place> list = new ArrayList<>(Math.min(MAX_PLACES, bodies.size() + 16));
    IndexedBody body = order.newest();
    for (; body != null && list.size() < MAX_PLACES; body = body.older) {
      list.addAll(body.places);
    }
    return List.copyOf(list);
  }

  /**
   * Takes what the digests of a checkpoint have shown.
   *
   * @param checkpoint its number k
   * @param looked the places that were looked at
   * @param result of a run that was over before the VM went on
   */
  public void synchronised(long checkpoint, List<Place> looked, EpochDigests.Result result) {
    synchronisedPlaces = result.matched().cardinality();
    for (int i = 0; i < result.reached(); i++) {
      Place place = looked.get(i);
      if (result.matched().get(i)) {
        place.synchronisedAt(checkpoint);
      } else if (place.strange() >= MAX_STRANGE) {
        drop(place);
      }
    }
  }

  private void drop(Place place) {
    IndexedBody body = bodies.get(place.content());
    if (body != null && body.places.remove(place)) {
      bytes -= place.content().length();
      if (body.places.isEmpty()) {
        remove(body);
      }
    }
  }

  /** Figures; of the loop. */
  public IndexStatistics statistics() {
    return new IndexStatistics(bodies.size(), bytes, synchronisedPlaces, evicted);
  }
}
