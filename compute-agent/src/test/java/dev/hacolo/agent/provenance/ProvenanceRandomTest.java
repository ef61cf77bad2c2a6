package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that changes its memory at every moment: while it is searched, within a chunk, between
 * checkpoints; checkpoints whose digests are cut short, lost, or late. Whatever is called synced
 * was in S_k and is there now, in a place that was learnt.
 */
class ProvenanceRandomTest {
  private static final int STEPS = 4000;

  private final Set<Extents> learnt = new LinkedHashSet<>();
  private Random random = new Random(0);
  private SimulatedGuest guest = new SimulatedGuest(random, 64);
  private Bed bed = new Bed(guest.memory);
  private EpochDigests digests = new EpochDigests(new ContentDigest(Bed.KEY), bed.memory.open());
  private byte[] state = new byte[0];
  private long epoch;
  private int synced;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverSyncedWithoutReason(long seed) {
    random = new Random(seed);
    guest = new SimulatedGuest(random, 64);
    bed = new Bed(guest.memory, LearningPolicy.DEFAULT.withIndex(100_000, 16));
    digests = new EpochDigests(new ContentDigest(Bed.KEY), bed.memory.open());
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(20)) {
        case 0 -> bed.scan.add(Bed.wanted(guest.anyContent()));
        case 1, 2, 3 -> scan();
        case 4 -> checkpoint();
        case 5, 6, 7 -> guest.change();
        default -> ask();
      }
    }
    assertThat(synced).isGreaterThan(STEPS / 50);
  }

  /** The second half of the chunk is read after the guest has gone on. */
  private void scan() {
    byte[] chunk = new byte[MemoryScan.CHUNK];
    int half = bed.scan.length() / 2;
    try (MemoryReader reader = bed.memory.open()) {
      assertThat(reader.read(bed.scan.address(), chunk, 0, half)).isTrue();
      if (random.nextBoolean()) {
        guest.change();
      }
      long second = bed.scan.address() + half;
      assertThat(reader.read(second, chunk, half, bed.scan.length() - half)).isTrue();
    }
    for (MemoryScan.Event event : bed.scan.look(chunk)) {
      for (Extents place : event.places()) {
        learnt.add(place);
        bed.index.add(event.wanted().at(place));
      }
    }
  }

  private void checkpoint() {
    bed.digested.begin(++epoch);
    state = guest.memory.ram.clone();
    List<Place> places = bed.index.places();
    AtomicLong clock = new AtomicLong();
    long until = random.nextInt(3) == 0 ? random.nextInt(10) : 1000;
    EpochDigests.Result result = digests.compare(places, clock::getAndIncrement, until);
    if (random.nextInt(5) == 0) {
      // Lost, because the VM may have run.
      return;
    }
    for (int late = random.nextInt(3); late > 0; late--) {
      guest.change();
      ask();
    }
    if (random.nextInt(10) == 0) {
      // So late that the next checkpoint has come.
      bed.digested.begin(++epoch);
      state = guest.memory.ram.clone();
      bed.index.synchronised(epoch - 1, places, result);
    } else {
      bed.index.synchronised(epoch, places, result);
    }
  }

  private void ask() {
    byte[] body = guest.anyContent();
    int from = random.nextInt(4) == 0 ? random.nextInt(body.length) : 0;
    int length =
        random.nextInt(3) == 0 ? 1 + random.nextInt(body.length - from) : body.length - from;
    if (bed.synced(body, from, length)) {
      synced++;
      assertThat(learnt)
          .anyMatch(
              e ->
                  e.total() == body.length
                      && holds(state, e, body, from, length)
                      && holds(guest.memory.ram, e, body, from, length));
    }
  }

  private boolean holds(byte[] ram, Extents extents, byte[] body, int from, int length) {
    for (int done = 0; done < length; ) {
      int extent = extents.at(from + done);
      int skip = from + done - extents.start(extent);
      int part = Math.min(extents.length(extent) - skip, length - done);
      int at = guest.memory.index(extents.address(extent)) + skip;
      int start = from + done;
      if (!Arrays.equals(ram, at, at + part, body, start, start + part)) {
        return false;
      }
      done += part;
    }
    return true;
  }
}
