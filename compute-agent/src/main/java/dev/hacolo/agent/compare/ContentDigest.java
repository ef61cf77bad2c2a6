package dev.hacolo.agent.compare;

/** Keyed digest of content. */
public final class ContentDigest {
  /** A digest of 122 bits: two polynomials over the prime field of 2^61-1. */
  public record Value(long first, long second) {
    /** Digest of nothing. */
    public static final Value EMPTY = new Value(0, 0);
  }

  private ContentDigest() {}
}
