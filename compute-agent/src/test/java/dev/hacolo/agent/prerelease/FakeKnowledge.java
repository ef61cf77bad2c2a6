package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.provenance.BodyContent;
import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.Extents;
import dev.hacolo.agent.provenance.InputContents;
import dev.hacolo.agent.provenance.LearningPolicy;
import dev.hacolo.agent.provenance.MemoryReader;
import dev.hacolo.agent.provenance.Place;
import dev.hacolo.agent.provenance.SynchronisedMemory;
import dev.hacolo.agent.provenance.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The real index over a guest's memory that holds whatever is put there, each body by itself. */
final class FakeKnowledge implements Lessons, SynchronisedMemory, MemoryReader {
  private static final byte[] KEY = new byte[ContentDigest.KEY_BYTES];
  private static final long STRIDE = 2 << 20;

  /** A body that was told to be looked for. */
  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  record Told(byte[] body, long context, long framing) {}

  final List<Told> told = new ArrayList<>();
  final ContentIndex index = new ContentIndex(LearningPolicy.DEFAULT, this, this);
  final InputContents inputs = new InputContents(1 << 16, 64, 77);
  final Evidence evidence = new Evidence(index, inputs, this, LearningPolicy.DEFAULT);

  /** Whether all memory is as at the checkpoint. */
  boolean unmodified = true;

  private final Map<Long, byte[]> memory = new HashMap<>();

  @Override
  public void learn(byte[] body, long context, long framing) {
    told.add(new Told(body.clone(), context, framing));
  }

  /** The search finds all that was told. */
  void search() {
    told.forEach(t -> put(t.body(), t.context(), t.framing()));
    told.clear();
  }

  void put(byte[] body, long context, long framing) {
    long address = STRIDE * (memory.size() + 1);
    memory.put(address, body);
    BodyContent content = BodyContent.of(body, 0, body.length, new ContentDigest(KEY));
    index.add(new Wanted(body, content, context, framing).at(Extents.of(address, body.length)));
  }

  @Override
  public boolean unmodified(Place place, int from, byte[] now, int at, int length) {
    return unmodified;
  }

  @Override
  public boolean read(Extents extents, int from, byte[] into, int at, int length) {
    byte[] body = memory.get(extents.address(0));
    if (body == null) {
      return false;
    }
    System.arraycopy(body, from, into, at, length);
    return true;
  }

  @Override
  public boolean read(long address, byte[] into, int at, int length) {
    return false;
  }

  @Override
  public void close() {
    // It has no buffers.
  }
}
