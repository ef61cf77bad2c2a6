package dev.hacolo.agent.provenance;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.List;

class DigestedMemoryTest extends SynchronisedMemoryContract {
  private final DigestedMemory digested = new DigestedMemory(new ContentDigest(Bed.KEY));
  private final EpochDigests digests = new EpochDigests(new ContentDigest(Bed.KEY), memory.open());
  private long epoch;

  @Override
  SynchronisedMemory subject() {
    return digested;
  }

  @Override
  void write(int at, byte[] bytes) {
    memory.write(at, bytes);
  }

  @Override
  void begin() {
    digested.begin(++epoch);
  }

  @Override
  void complete() {
    if (digests.compare(List.of(place), () -> 0, 1).matched().get(0)) {
      place.synchronisedAt(epoch);
    }
  }

  @Override
  void end() {
    digested.end();
  }
}
