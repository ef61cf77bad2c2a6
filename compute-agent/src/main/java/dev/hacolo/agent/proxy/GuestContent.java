package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.prerelease.ContentOnly;
import dev.hacolo.agent.prerelease.PreRelease;
import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.DigestedMemory;
import dev.hacolo.agent.provenance.EpochDigests;
import dev.hacolo.agent.provenance.GuestMemory;
import dev.hacolo.agent.provenance.InputContents;
import dev.hacolo.agent.provenance.LearningVm;
import dev.hacolo.agent.provenance.MemoryReader;
import dev.hacolo.agent.provenance.Place;
import dev.hacolo.agent.provenance.RamRange;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a primary VM's content: the index of its memory, what of it was as both VMs had
 * it at the last checkpoint, and the search for more. Without memory only answers are known.
 * Confined to the VM's loop.
 */
final class GuestContent implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_ANCHORS = 1 << 20;
  private static final int MAX_FLOWS = 65_536;
  private static final int HEAP_SHARE = 16;

  private final Knowledge knowledge;
  private final Executor loop;
  private final @Nullable GuestMemory memory;
  private final @Nullable LearningVm learning;
  private final DigestedMemory synchronised;
  private final EpochDigests digests;
  private final ContentIndex index;
  private final Origins origins;
  private long examination;
  private List<Place> looked = List.of();
  private EpochDigests.@Nullable Result result;

  /**
   * With nothing known.
   *
   * @param release a mode that pre-releases
   * @param memory the guest's, closed with this; null if it cannot be read
   */
  GuestContent(
      Knowledge knowledge,
      GatePolicy.Release release,
      Executor loop,
      @Nullable GuestMemory memory) {
    this.knowledge = knowledge;
    this.loop = loop;
    this.memory = memory;
    byte[] key = new byte[ContentDigest.KEY_BYTES];
    RANDOM.nextBytes(key);
    ContentDigest digest = new ContentDigest(key);
    synchronised = new DigestedMemory(digest);
    digests = new EpochDigests(digest, reader(memory));
    index = new ContentIndex(knowledge.policy(), synchronised, reader(memory));
    learning = memory == null ? null : knowledge.learner().add(memory, key, loop, index::add);
    origins =
        release == GatePolicy.Release.PROVENANCE
            ? new ContentOnly(index, this::learn, knowledge.policy())
            : preRelease();
  }

  private PreRelease preRelease() {
    return new PreRelease(
        knowledge.book(),
        index,
        new InputContents(MAX_ANCHORS, MAX_FLOWS, RANDOM.nextLong()),
        this::learn,
        knowledge.policy(),
        Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  private static MemoryReader reader(@Nullable GuestMemory memory) {
    return memory == null ? MemoryReader.NOTHING : memory.open();
  }

  private void learn(byte[] body, long context, long framing) {
    if (learning != null) {
      learning.offer(body, 0, body.length, context, framing);
    }
  }

  Origins origins() {
    return origins;
  }

  /**
   * The VM stands for a checkpoint: what was known of its memory counts no more.
   *
   * @param done called on the loop when memory was looked at
   */
  void examine(Runnable done) {
    long mine = ++examination;
    synchronised.begin(mine);
    looked = index.places();
    result = null;
    List<Place> places = looked;
    long until = System.nanoTime() + knowledge.policy().digestNanos();
    knowledge
        .examiner()
        .execute(
            () -> {
              EpochDigests.Result found = digests.compare(places, System::nanoTime, until);
              loop.execute(
                  () -> {
                    if (mine == examination) {
                      result = found;
                    }
                    done.run();
                  });
            });
  }

  /** The guest wrote here in the last epoch: what is searched for is looked for here first. */
  void written(List<RamRange> ranges) {
    if (learning != null) {
      learning.likely(ranges);
    }
  }

  /** Whether the VM certainly still stood when {@link #examine} was done. */
  void examined(boolean certain) {
    if (certain && result != null) {
      index.synchronised(examination, looked, result);
    }
    result = null;
  }

  @Override
  public void close() {
    synchronised.end();
    if (learning != null) {
      learning.close();
    }
    if (memory != null) {
      memory.close();
    }
  }
}
