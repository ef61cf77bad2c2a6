package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Memory, index and search put together, without threads. */
final class Bed {
  static final byte[] KEY = new byte[ContentDigest.KEY_BYTES];

  static {
    new Random(42).nextBytes(KEY);
  }

  final FakeGuestMemory memory;
  final DigestedMemory digested = new DigestedMemory(new ContentDigest(KEY));
  final ContentIndex index;
  final MemoryScan scan;
  private final EpochDigests digests;
  private final MemoryReader reader;
  private final byte[] chunk = new byte[MemoryScan.CHUNK];
  private long epoch;

  Bed(FakeGuestMemory memory, LearningPolicy policy) {
    this.memory = memory;
    index = new ContentIndex(policy, digested, memory.open());
    scan = new MemoryScan(memory.ranges());
    reader = memory.open();
    digests = new EpochDigests(new ContentDigest(KEY), memory.open());
  }

  Bed(FakeGuestMemory memory) {
    this(memory, LearningPolicy.DEFAULT);
  }

  static byte[] noise(Random random, int length) {
    byte[] body = new byte[length];
    random.nextBytes(body);
    return body;
  }

  static Wanted wanted(byte[] body) {
    ContentDigest digest = new ContentDigest(KEY);
    return new Wanted(body, BodyContent.of(body, 0, body.length, digest), 1, 2);
  }

  static Learnt learnt(byte[] body, Extents extents) {
    return wanted(body).at(extents);
  }

  /** Lets the scan go on until nothing is wanted; what it found. */
  List<MemoryScan.Event> search() {
    List<MemoryScan.Event> events = new ArrayList<>();
    while (!scan.idle()) {
      if (reader.read(scan.address(), chunk, 0, scan.length())) {
        events.addAll(scan.look(chunk));
      } else {
        events.addAll(scan.unreadable());
      }
    }
    return events;
  }

  /** Searches for a body and indexes what was found; where that was. */
  List<Extents> learn(byte[] body) {
    List<Extents> places = new ArrayList<>();
    if (scan.add(wanted(body))) {
      search().forEach(event -> places.addAll(event.places()));
    }
    places.forEach(place -> index.add(learnt(body, place)));
    return places;
  }

  /** A checkpoint while nothing writes. */
  long checkpoint() {
    digested.begin(++epoch);
    List<Place> places = index.places();
    index.synchronised(epoch, places, digests.compare(places, () -> 0, 1));
    return epoch;
  }

  boolean synced(byte[] body) {
    return synced(body, 0, body.length);
  }

  /** Whether a part of a body is synced. */
  boolean synced(byte[] body, int from, int length) {
    return index.synced(body, from, length, from, body.length, 1, 2);
  }
}
