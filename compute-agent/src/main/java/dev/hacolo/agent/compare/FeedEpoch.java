package dev.hacolo.agent.compare;

/**
 * Where an {@link InputFeed} is between marks and loads; the time of the last call with it.
 *
 * <p><b>Mark and load.</b> Both orders happen. The mark k first: the secondary VM has already
 * stopped for checkpoint k (it stops before the primary does), so nothing is injected until state k
 * is loaded, even without {@link InputFeed#secondaryStopped}. The load first: inputs that still
 * come in front of mark k are in state k; of them, only content is injected.
 */
final class FeedEpoch {
  private long marked;
  private long loaded;
  private boolean stopped;
  private boolean promoted;
  private long promotedAt;
  long now;

  /** Marks that have come. */
  long marked() {
    return marked;
  }

  /** Number of the state that runs in the secondary VM. */
  long loaded() {
    return loaded;
  }

  boolean promoted() {
    return promoted;
  }

  long promotedAt() {
    return promotedAt;
  }

  /** Whether what is injected now would reach a state that has it, or none. */
  boolean paused() {
    return stopped || marked > loaded;
  }

  /** Whether the inputs that come now are in the state that runs. */
  boolean isMarkLate() {
    return marked < loaded;
  }

  void mark(long k) {
    if (!promoted && k > marked) {
      marked = k;
    }
  }

  void stop() {
    stopped = true;
  }

  void load(long k) {
    loaded = k;
    stopped = false;
  }

  void promote() {
    promoted = true;
    promotedAt = now;
    stopped = false;
    marked = loaded;
  }
}
