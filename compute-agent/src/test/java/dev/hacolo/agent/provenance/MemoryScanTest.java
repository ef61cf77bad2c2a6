package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryScanTest {
  private static final int PAGE = RamRange.PAGE;
  private final Random random = new Random(7);
  private final FakeGuestMemory memory = new FakeGuestMemory(512).noise(random);
  private final Bed bed = new Bed(memory);

  @Test
  void findsABodyWhereverItLies() {
    for (int length : new int[] {64, 71, 100, 1024, 3000}) {
      for (int shift = 0; shift < 64; shift++) {
        byte[] body = Bed.noise(random, length);
        int at = PAGE * 9 + 17 + shift;
        memory.write(at, body);
        assertThat(bed.learn(body)).containsExactly(Extents.of(memory.address(at), length));
      }
    }
  }

  @Test
  void findsABodyThatGoesOnInAnyOtherPage() {
    for (int first = 64; first <= 1024 - 64; first += 32) {
      byte[] body = Bed.noise(random, 1024);
      int head = PAGE * 300 - first;
      int rest = PAGE * 20;
      memory.write(head, Arrays.copyOf(body, first));
      memory.write(rest, Arrays.copyOfRange(body, first, 1024));
      assertThat(bed.learn(body))
          .as("%d bytes in the first page", first)
          .containsExactly(
              Extents.of(
                  new long[] {memory.address(head), memory.address(rest)},
                  new int[] {first, 1024 - first}));
    }
  }

  @Test
  void findsAFileInThePageCache() {
    byte[] body = Bed.noise(random, 64 * 1024 - 900);
    List<Integer> pages = shuffledPages();
    long[] addresses = new long[16];
    int[] lengths = new int[16];
    for (int i = 0; i < 16; i++) {
      int from = i * PAGE;
      int end = Math.min(body.length, from + PAGE);
      addresses[i] = memory.address(pages.get(i) * PAGE);
      lengths[i] = end - from;
      memory.write(pages.get(i) * PAGE, Arrays.copyOfRange(body, from, end));
    }
    assertThat(bed.learn(body)).containsExactly(Extents.of(addresses, lengths));
  }

  /** A body of 1 MiB whose first piece is short, so that it is found only in a second round. */
  @Test
  void findsTheLargestBodyWithShortEnds() {
    byte[] body = Bed.noise(random, 1 << 20);
    List<Integer> pages = shuffledPages();
    int first = 70;
    memory.write(pages.get(0) * PAGE + PAGE - first, Arrays.copyOf(body, first));
    for (int at = first, i = 1; at < body.length; at += PAGE, i++) {
      memory.write(
          pages.get(i) * PAGE, Arrays.copyOfRange(body, at, Math.min(body.length, at + PAGE)));
    }
    assertThat(bed.learn(body))
        .singleElement()
        .satisfies(e -> assertThat(content(e)).isEqualTo(body));
  }

  private byte[] content(Extents extents) {
    byte[] content = new byte[extents.total()];
    for (int at = 0; at < content.length; at += 4096) {
      int part = Math.min(4096, content.length - at);
      assertThat(memory.open().read(extents, at, content, at, part)).isTrue();
    }
    return content;
  }

  private List<Integer> shuffledPages() {
    List<Integer> pages = new ArrayList<>();
    for (int i = 0; i < 512; i += 1) {
      pages.add(i);
    }
    Collections.shuffle(pages, random);
    return pages;
  }

  @Test
  void findsSeveralCopiesButNoMoreThanAreKept() {
    byte[] body = Bed.noise(random, 500);
    for (int i = 0; i < 6; i++) {
      memory.write(PAGE * (10 + 70 * i) + 13 * i, body);
    }
    assertThat(bed.learn(body)).hasSize(IndexedBody.MAX_PLACES).doesNotHaveDuplicates();
  }

  @Test
  void aBodyInPiecesIsNotFound() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(PAGE * 30 + 100, Arrays.copyOf(body, 512));
    memory.write(PAGE * 40 + 100, Arrays.copyOfRange(body, 512, 1024));
    assertThat(bed.learn(body)).isEmpty();
  }

  @Test
  void aShortPieceIsTakenOnlyWhereMemoryGoesOn() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(PAGE * 31 - 20, body);
    assertThat(bed.learn(body)).containsExactly(Extents.of(memory.address(PAGE * 31 - 20), 1024));

    byte[] other = Bed.noise(random, 1024);
    memory.write(PAGE * 61 - 20, Arrays.copyOf(other, 20));
    memory.write(PAGE * 80, Arrays.copyOfRange(other, 20, 1024));
    assertThat(bed.learn(other)).isEmpty();
  }

  @Test
  void aBodyThatIsNotThereEndsAfterARound() {
    Wanted wanted = Bed.wanted(Bed.noise(random, 1024));
    assertThat(bed.scan.add(wanted)).isTrue();
    List<MemoryScan.Event> events = bed.search();
    assertThat(events).containsExactly(new MemoryScan.Event(wanted, List.of(), true, 0));
    assertThat(bed.scan.seen()).isEqualTo(memory.ram.length);
  }

  @Test
  void aPartThatIsThereCostsThreeRoundsAtMost() {
    byte[] body = Bed.noise(random, 40_000);
    for (int i = 0; i < 60; i++) {
      memory.write(PAGE * (2 + 5 * i) + 96, Arrays.copyOfRange(body, 0, 4000));
    }
    assertThat(bed.learn(body)).isEmpty();
    assertThat(bed.scan.seen()).isLessThanOrEqualTo(4L * memory.ram.length);
  }

  @Test
  void aBodyOfOneByteHasNothingToBeFoundBy() {
    assertThat(bed.scan.add(Bed.wanted(new byte[4096]))).isFalse();
    byte[] dull = new byte[4096];
    Arrays.fill(dull, (byte) 'x');
    assertThat(bed.scan.add(Bed.wanted(dull))).isFalse();
    assertThat(bed.scan.idle()).isTrue();
  }

  @Test
  void manyBodiesShareTheRound() {
    for (int i = 0; i < 200; i++) {
      byte[] body = Bed.noise(random, 300);
      memory.write(PAGE * (2 + 2 * i) + 7 * i, body);
      bed.scan.add(Bed.wanted(body));
    }
    assertThat(bed.search().stream().mapToInt(e -> e.places().size()).sum()).isEqualTo(200);
    assertThat(bed.scan.seen()).isEqualTo(memory.ram.length);
  }

  /** More windows than the table takes: the rest waits. */
  @Test
  void whatDoesNotFitTheTableWaits() {
    for (int i = 0; i < 10; i++) {
      assertThat(bed.scan.add(Bed.wanted(Bed.noise(random, 1 << 20)))).isTrue();
    }
    assertThat(bed.search()).hasSize(10).allMatch(e -> e.over() && e.found() == 0);
    assertThat(bed.scan.seen()).isGreaterThan(2L * memory.ram.length);
  }

  /** Address of the chunk in which the first place was found, and bytes of the round until then. */
  private long seenBefore(byte[] body, List<RamRange> likely) {
    bed.scan.add(Bed.wanted(body));
    bed.scan.likely(likely);
    byte[] chunk = new byte[MemoryScan.CHUNK];
    MemoryReader reader = memory.open();
    while (true) {
      assertThat(reader.read(bed.scan.address(), chunk, 0, bed.scan.length())).isTrue();
      for (MemoryScan.Event event : bed.scan.look(chunk)) {
        if (!event.places().isEmpty()) {
          return bed.scan.seen();
        }
      }
    }
  }

  private RamRange pages(int first, int count) {
    return new RamRange(memory.address(first * PAGE), (long) count * PAGE);
  }

  @Test
  void looksFirstWhereABodyIsLikelyToBe() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(PAGE * 500 + 77, body);
    long seen = seenBefore(body, List.of(pages(3, 1), pages(499, 3)));
    assertThat(seen).isEqualTo(MemoryScan.CHUNK);
    assertThat(bed.search()).singleElement().matches(e -> e.over() && e.found() == 1);
    assertThat(bed.scan.seen()).as("the round is made all the same").isEqualTo(memory.ram.length);
  }

  @Test
  void aWrongHintDelaysTheRoundByAsMuchAtMost() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(PAGE * 100, body);
    bed.scan.add(Bed.wanted(body));
    bed.scan.likely(List.of(pages(256, 256)));
    byte[] chunk = new byte[MemoryScan.CHUNK];
    long read = 0;
    boolean found = false;
    while (!found) {
      int length = bed.scan.length();
      assertThat(memory.open().read(bed.scan.address(), chunk, 0, length)).isTrue();
      read += length;
      found = bed.scan.look(chunk).stream().anyMatch(e -> !e.places().isEmpty());
    }
    assertThat(read).isLessThanOrEqualTo(2 * bed.scan.seen());
    bed.search();
  }

  /** Bodies that come one after the other begin the detour anew each time. */
  @Test
  void theRoundGoesOnWhateverComes() {
    bed.scan.likely(List.of(pages(0, 200)));
    byte[] chunk = new byte[MemoryScan.CHUNK];
    for (int i = 0; i < 20; i++) {
      bed.scan.add(Bed.wanted(Bed.noise(random, 300)));
      bed.scan.likely(List.of(pages(i, 200)));
      assertThat(memory.open().read(bed.scan.address(), chunk, 0, bed.scan.length())).isTrue();
      bed.scan.look(chunk);
    }
    assertThat(bed.scan.seen()).isGreaterThanOrEqualTo(9L * MemoryScan.CHUNK);
    assertThat(bed.search()).allMatch(e -> e.found() == 0);
  }

  @Test
  void aLikelyRangeThatIsNotMemoryIsPassedOver() {
    byte[] body = Bed.noise(random, 1024);
    memory.write(PAGE * 400, body);
    bed.scan.likely(List.of(new RamRange(PAGE, 3L * PAGE)));
    assertThat(bed.learn(body)).containsExactly(Extents.of(memory.address(PAGE * 400), 1024));
  }

  @Test
  void whatCannotBeReadIsPassedOver() {
    memory.faulty = true;
    assertThat(bed.learn(Bed.noise(random, 1024))).isEmpty();
    assertThat(bed.scan.seen()).isEqualTo(memory.ram.length);
  }

  @Test
  void aRepeatingBodyEndsInTime() {
    byte[] body = new byte[65_536];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) "abcdefgh".charAt(i % 8);
    }
    for (int at = 0; at < memory.ram.length; at++) {
      memory.ram[at] = (byte) "abcdefgh".charAt(at % 8);
    }
    assertThat(bed.scan.add(Bed.wanted(body))).isTrue();
    assertThat(bed.search()).isNotEmpty();
    assertThat(bed.scan.idle()).isTrue();
  }
}
