package dev.hacolo.agent.compare;

/**
 * What an input asks of the guest, as far as A understands it. With it B gives the secondary VM its
 * inputs in an order in which both VMs come to the same answers. Only a hint: a wrong one costs
 * time or a divergence, never consistency.
 *
 * @param kind what is asked
 * @param tag names the thing asked about; requests of one service about things with different tags
 *     may change places
 */
public record InputHint(Kind kind, int tag) {
  /** Nothing is known. */
  public static final InputHint NONE = new InputHint(Kind.NONE, 0);

  /** What is asked. Places are numbers on the wire. */
  public enum Kind {
    /** Nothing, or nobody knows. */
    NONE,
    /** To read one thing. */
    READ,
    /** To read one thing, and the answer will probably be pre-released: no client waits for B. */
    EARLY_READ,
    /**
     * As an early read, and nothing but one whole request is in the input, which leaves no trace in
     * the guest: the secondary VM need not carry it out, see {@link Omission}.
     */
    TRACELESS_READ,
    /** To overwrite or delete one thing. */
    OVERWRITE,
    /** Several things, or one that keeps its place among all requests of its service. */
    ORDERED
  }

  /** The same of an input that the secondary VM has to be given. */
  public InputHint carriedOut() {
    return kind == Kind.TRACELESS_READ ? new InputHint(Kind.EARLY_READ, tag) : this;
  }

  /** Whether the answer will probably be pre-released. */
  public boolean isEarly() {
    return kind == Kind.EARLY_READ || kind == Kind.TRACELESS_READ;
  }

  /** Whether two requests of one service may not change places. */
  public boolean conflicts(InputHint other) {
    if (kind == Kind.NONE || other.kind == Kind.NONE) {
      return false;
    }
    if (kind == Kind.ORDERED || other.kind == Kind.ORDERED) {
      return true;
    }
    return tag == other.tag && (kind == Kind.OVERWRITE || other.kind == Kind.OVERWRITE);
  }
}
