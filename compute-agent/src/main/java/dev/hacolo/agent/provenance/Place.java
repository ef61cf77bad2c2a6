package dev.hacolo.agent.provenance;

/**
 * One place in guest memory where a body was found. What is final may be read by any thread; the
 * rest belongs to the packet loop.
 */
public final class Place {
  /** Not known to hold the body in any state that both VMs have. */
  static final long NEVER = -1;

  private final Extents extents;
  private final BodyContent content;

  /** The last checkpoint whose state is known to hold the body here. */
  private long synchronisedAt = NEVER;

  /** Checkpoints in a row at which something else was here. */
  private int strange;

  /**
   * A place.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public Place(Extents extents, BodyContent content) {
    if (extents.total() != content.length()) {
      throw new IllegalArgumentException(
          "%d bytes of extents, %d of content".formatted(extents.total(), content.length()));
    }
    this.extents = extents;
    this.content = content;
  }

  /** Where it is. */
  public Extents extents() {
    return extents;
  }

  /** What was found here. */
  public BodyContent content() {
    return content;
  }

  /** Number of the last checkpoint whose state held the body here, or {@value #NEVER}. */
  long synchronisedAt() {
    return synchronisedAt;
  }

  void synchronisedAt(long checkpoint) {
    synchronisedAt = checkpoint;
    strange = 0;
  }

  /** Whether it held its body when last looked at; so it is until it has been looked at. */
  boolean fresh() {
    return strange == 0;
  }

  /** Notes a checkpoint at which something else was here; gives how many in a row. */
  int strange() {
    return ++strange;
  }
}
