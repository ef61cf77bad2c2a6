package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ContentIndexTest {
  private static final int PAGE = RamRange.PAGE;
  private final Random random = new Random(3);
  private final FakeGuestMemory memory = new FakeGuestMemory(512).noise(random);
  private Bed bed = new Bed(memory);

  private byte[] stored(int at, int length) {
    byte[] body = Bed.noise(random, length);
    memory.write(at, body);
    bed.index.add(Bed.learnt(body, Extents.of(memory.address(at), length)));
    return body;
  }

  @Test
  void syncedFromTheCheckpointAfterItWasLearnt() {
    byte[] body = stored(5000, 1024);
    assertThat(bed.synced(body)).isFalse();
    bed.checkpoint();
    assertThat(bed.synced(body)).isTrue();
    assertThat(bed.index.knows(body, 0, 1024, 1, 2)).isTrue();
  }

  @Test
  void everyPartOfABodyIs() {
    byte[] body = stored(5000, 10_000);
    bed.checkpoint();
    for (int from = 0; from < 10_000; from += 97) {
      for (int length : new int[] {271, 1448, 5000}) {
        int part = Math.min(length, 10_000 - from);
        if (part >= 271) {
          assertThat(bed.synced(body, from, part)).as("%d+%d", from, part).isTrue();
        }
      }
    }
  }

  /** Too short for a sample: found by what was last found. */
  @Test
  void aShortEndFollowsItsBody() {
    byte[] body = stored(5000, 10_000);
    bed.checkpoint();
    assertThat(bed.synced(body, 9990, 10)).isFalse();
    assertThat(bed.synced(body, 0, 9990)).isTrue();
    assertThat(bed.synced(body, 9990, 10)).isTrue();
    body[9995]++;
    assertThat(bed.synced(body, 9990, 10)).isFalse();
  }

  @Test
  void whatWasOverwrittenIsNot() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    memory.ram[5000 + 700]++;
    assertThat(bed.synced(body)).isFalse();
    byte[] changed = Arrays.copyOfRange(memory.ram, 5000, 6024);
    assertThat(bed.synced(changed)).isFalse();
  }

  /** Only a digest of S_k can tell: memory now holds just what is sent. */
  @Test
  void aNewContentInTheOldPlaceIsNot() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    byte[] fresh = body.clone();
    fresh[1000]++;
    memory.write(5000, fresh);
    assertThat(bed.synced(fresh)).isFalse();
    assertThat(bed.synced(body)).isFalse();
  }

  /** A part outside the stretch, in the same block, was changed since S_k: in doubt, no. */
  @Test
  void aChangedBlockIsNot() {
    byte[] body = stored(5000, 8192);
    bed.checkpoint();
    memory.ram[5000 + 10]++;
    assertThat(bed.synced(body, 1000, 500)).isFalse();
    assertThat(bed.synced(body, 4096, 4096)).isTrue();
  }

  @Test
  void evidenceEndsWithTheEpoch() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    bed.digested.begin(2);
    assertThat(bed.synced(body)).isFalse();
    bed.checkpoint();
    assertThat(bed.synced(body)).isTrue();
    bed.digested.end();
    assertThat(bed.synced(body)).isFalse();
  }

  @Test
  void knownOnlyWhereItWasLearnt() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    assertThat(bed.index.synced(body, 0, 1024, 0, 1024, 1, 3)).isFalse();
    assertThat(bed.index.synced(body, 0, 1024, 0, 1024, 3, 2)).isFalse();
    assertThat(bed.index.knows(body, 0, 1024, 3, 2)).isFalse();
    Wanted elsewhere = new Wanted(body, Bed.wanted(body).content(), 3, 4);
    bed.index.add(elsewhere.at(Extents.of(memory.address(5000), 1024)));
    assertThat(bed.index.synced(body, 0, 1024, 0, 1024, 3, 4)).isTrue();
    assertThat(bed.index.synced(body, 0, 1024, 0, 1024, 1, 2)).isTrue();
    assertThat(bed.index.statistics().bytes()).isEqualTo(1024);
  }

  @Test
  void anotherCopyServesWhenTheFirstIsGone() {
    byte[] body = stored(5000, 1024);
    memory.write(90_000, body);
    bed.index.add(Bed.learnt(body, Extents.of(memory.address(90_000), 1024)));
    bed.checkpoint();
    memory.ram[5000]++;
    assertThat(bed.synced(body)).isTrue();
    memory.ram[90_000]++;
    assertThat(bed.synced(body)).isFalse();
  }

  @Test
  void aPlaceThatStaysStrangeIsGivenUp() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    memory.ram[5000]++;
    bed.checkpoint();
    assertThat(bed.index.knows(body, 0, 1024, 1, 2)).isFalse();
    assertThat(bed.index.statistics().bodies()).isEqualTo(1);
    bed.checkpoint();
    bed.checkpoint();
    assertThat(bed.index.statistics()).isEqualTo(new IndexStatistics(0, 0, 0, 0));
    memory.ram[5000]--;
    bed.checkpoint();
    assertThat(bed.synced(body)).isFalse();
  }

  @Test
  void unreadableMemoryIsNotSynced() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    memory.faulty = true;
    assertThat(bed.synced(body)).isFalse();
  }

  @Test
  void absurdQuestionsAreAnsweredNo() {
    byte[] body = stored(5000, 1024);
    bed.checkpoint();
    assertThat(bed.index.synced(body, 0, 0, 0, 1024, 1, 2)).isFalse();
    assertThat(bed.index.synced(body, 0, 1024, -1, 1024, 1, 2)).isFalse();
    assertThat(bed.index.synced(body, 0, 1024, 1, 1024, 1, 2)).isFalse();
    assertThat(bed.index.synced(body, 0, 1024, 0, 1025, 1, 2)).isFalse();
    assertThat(bed.index.synced(body, 0, 1024, Long.MAX_VALUE, Long.MAX_VALUE, 1, 2)).isFalse();
    byte[] huge = new byte[ContentIndex.MAX_STRETCH + 1];
    assertThat(bed.index.synced(huge, 0, huge.length, 0, huge.length, 1, 2)).isFalse();
  }

  @Test
  void theLeastRecentlyUsefulGoesFirst() {
    bed = new Bed(memory, LearningPolicy.DEFAULT.withIndex(64 << 10, 1000));
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      bodies.add(stored(4096 + 2000 * i, 1024));
    }
    bed.checkpoint();
    assertThat(bodies).allMatch(bed::synced);
    assertThat(bed.synced(bodies.get(0))).isTrue();
    stored(4096 + 2000 * 64, 1024);
    assertThat(bed.synced(bodies.get(0))).isTrue();
    assertThat(bed.synced(bodies.get(1))).isFalse();
    assertThat(bed.index.statistics()).isEqualTo(new IndexStatistics(64, 64 << 10, 64, 1));
  }

  @Test
  void bodiesAreBoundedAsWell() {
    bed = new Bed(memory, LearningPolicy.DEFAULT.withIndex(1 << 20, 16));
    for (int i = 0; i < 1000; i++) {
      stored(4096 + 100 * i, 100);
    }
    assertThat(bed.index.statistics().bodies()).isEqualTo(16);
    assertThat(bed.index.statistics().bytes()).isEqualTo(1600);
  }

  /** Time is up after two places: the most recently used ones. */
  @Test
  void aCheckpointTakesNoLongerThanItMay() {
    byte[] first = stored(5000, 1024);
    byte[] second = stored(9000, 1024);
    byte[] third = stored(13_000, 1024);
    bed.checkpoint();
    assertThat(bed.synced(first)).isTrue();
    EpochDigests digests = new EpochDigests(new ContentDigest(Bed.KEY), memory.open());
    AtomicLong clock = new AtomicLong();
    List<Place> places = bed.index.places();
    bed.digested.begin(2);
    EpochDigests.Result result = digests.compare(places, clock::getAndIncrement, 2);
    assertThat(result.reached()).isEqualTo(2);
    bed.index.synchronised(2, places, result);
    assertThat(bed.synced(first)).isTrue();
    assertThat(bed.synced(third)).isTrue();
    assertThat(bed.synced(second)).isFalse();
  }

  /** A result that comes late must not be taken for the present epoch. */
  @Test
  void aLateResultCountsForItsOwnEpochOnly() {
    byte[] body = stored(5000, 1024);
    EpochDigests digests = new EpochDigests(new ContentDigest(Bed.KEY), memory.open());
    List<Place> places = bed.index.places();
    EpochDigests.Result result = digests.compare(places, () -> 0, 1);
    bed.digested.begin(2);
    bed.index.synchronised(1, places, result);
    assertThat(bed.synced(body)).isFalse();
  }

  @Test
  void bodiesThatBeginAlikeAreToldApart() {
    byte[] one = Bed.noise(random, 4096);
    byte[] two = one.clone();
    two[4000]++;
    memory.write(PAGE * 10, one);
    memory.write(PAGE * 20, two);
    bed.index.add(Bed.learnt(one, Extents.of(memory.address(PAGE * 10), 4096)));
    bed.index.add(Bed.learnt(two, Extents.of(memory.address(PAGE * 20), 4096)));
    bed.checkpoint();
    assertThat(bed.synced(two)).isTrue();
    // All samples lead to the later one: the earlier is not found. No harm but a wait.
    assertThat(bed.synced(one)).isFalse();
  }
}
