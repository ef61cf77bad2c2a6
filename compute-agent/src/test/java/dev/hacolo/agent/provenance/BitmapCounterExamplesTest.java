package dev.hacolo.agent.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Why the kernel module's bitmap is no {@link SynchronisedMemory}: what it would answer, and what
 * S_k held. Here it sees what KVM sees: the writes of vCPUs, and those only while the dirty log is
 * on. See docs/adr/0010-what-the-bitmap-proves.md.
 */
final class BitmapCounterExamplesTest {
  private static final int AT = 2 * RamRange.PAGE;
  private static final int LENGTH = 3000;

  private final Random random = new Random(5);
  private final byte[] x = Bed.noise(random, LENGTH);
  private final byte[] y = Bed.noise(random, LENGTH);
  private final FakeGuestMemory memory = new FakeGuestMemory(16).noise(random);
  private final MemoryReader reader = memory.open();
  private final Place place =
      new Place(Extents.of(memory.address(AT), LENGTH), Bed.wanted(x).content());
  private final FakeDirtyBitmap bitmap = new FakeDirtyBitmap();
  private final DigestedMemory digested = new DigestedMemory(new ContentDigest(Bed.KEY));
  private final EpochDigests digests = new EpochDigests(new ContentDigest(Bed.KEY), memory.open());
  private long epoch;
  private byte[] state = new byte[0];
  private boolean heldBefore;
  private boolean held;
  private boolean marked;
  private boolean logging = true;
  private Runnable late = () -> {};

  private void vcpuWrites(byte[] bytes) {
    memory.write(AT, bytes);
    if (logging) {
      marked = true;
      bitmap.written(memory.address(AT), bytes.length);
    }
  }

  private void deviceWrites(byte[] bytes) {
    memory.write(AT, bytes);
  }

  /** Intel PML: the mark comes when the vCPU leaves guest mode. */
  private void vcpuWritesAndStaysInGuestMode(byte[] bytes) {
    memory.write(AT, bytes);
    late = () -> bitmap.written(memory.address(AT), bytes.length);
  }

  private void checkpoint() {
    digested.begin(++epoch);
    heldBefore = held && !marked;
    held = digests.compare(List.of(place), () -> 0, 1).matched().get(0);
    if (held) {
      place.synchronisedAt(epoch);
    }
    marked = false;
    bitmap.rotate();
    state = memory.ram.clone();
  }

  private byte[] now() {
    byte[] now = new byte[LENGTH];
    assertThat(reader.read(place.extents(), 0, now, 0, LENGTH)).isTrue();
    return now;
  }

  private boolean stateHeld(byte[] bytes) {
    return Arrays.equals(state, AT, AT + LENGTH, bytes, 0, LENGTH);
  }

  private boolean byBitmap() {
    return bitmap.unmodified(place, 0, now(), 0, LENGTH);
  }

  private boolean byDigests() {
    return digested.unmodified(place, 0, now(), 0, LENGTH);
  }

  /** An old digest, no mark since, and the digests match now. */
  private boolean carriedOver() {
    return heldBefore
        && !marked
        && place.content().matches(new ContentDigest(Bed.KEY).sum(), 0, now(), 0, LENGTH);
  }

  @Test
  void oneReadFromDiskIntoThePageCache() {
    vcpuWrites(y);
    checkpoint();
    deviceWrites(x);
    assertThat(byBitmap()).as("what the bitmap would say").isTrue();
    assertThat(stateHeld(now())).isFalse();
    assertThat(byDigests()).isFalse();
  }

  @Test
  void anOldDigestAndTwoDeviceWrites() {
    vcpuWrites(x);
    checkpoint();
    deviceWrites(y);
    checkpoint();
    deviceWrites(x);
    assertThat(carriedOver()).as("what carrying over would say").isTrue();
    assertThat(stateHeld(now())).isFalse();
    assertThat(byDigests()).isFalse();
  }

  @Test
  void aLogThatIsOff() {
    vcpuWrites(y);
    checkpoint();
    logging = false;
    vcpuWrites(x);
    assertThat(byBitmap()).as("what the bitmap would say").isTrue();
    assertThat(stateHeld(now())).isFalse();
    assertThat(byDigests()).isFalse();
  }

  @Test
  void aMarkThatComesAfterBothReads() {
    vcpuWrites(y);
    checkpoint();
    vcpuWritesAndStaysInGuestMode(x);
    boolean answer = byBitmap();
    late.run();
    assertThat(answer).as("what the bitmap would say").isTrue();
    assertThat(stateHeld(now())).isFalse();
    assertThat(byBitmap()).isFalse();
    assertThat(byDigests()).isFalse();
  }

  /** Sound and useless: the page is marked because the item was served. */
  @Test
  void servingAnItemMarksItsPage() {
    vcpuWrites(x);
    checkpoint();
    int header = AT + LENGTH;
    memory.write(header, new byte[] {2});
    bitmap.written(memory.address(header), 1);
    assertThat(stateHeld(now())).isTrue();
    assertThat(byDigests()).isTrue();
    assertThat(byBitmap()).isFalse();
  }
}
