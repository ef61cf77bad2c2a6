package dev.hacolo.agent.compare;

/**
 * How much an {@link InputFeed} may hold. Each input that is held costs its bytes and {@link
 * #OVERHEAD}. Past half of either byte bound a checkpoint is wanted; what would exceed it is
 * refused.
 *
 * @param bytes of all inputs that are held, at least 1
 * @param flowBytes of the inputs that one connection holds and the secondary VM has not
 *     acknowledged, at least 1
 * @param flows connections that are known, at least 1
 */
public record FeedBounds(long bytes, long flowBytes, int flows) {
  /** What a held input costs besides its bytes. */
  public static final int OVERHEAD = 512;

  /** 256 MiB, 32 MiB for each connection, 131,072 connections. */
  public static final FeedBounds DEFAULT = new FeedBounds(256L << 20, 32L << 20, 131_072);

  /**
   * The same, but no more than an eighth of a heap of so many bytes, and a quarter of that for one
   * connection.
   */
  public FeedBounds within(long heapBytes) {
    long most = Math.max(1, Math.min(bytes, heapBytes / 8));
    return new FeedBounds(most, Math.max(1, Math.min(flowBytes, most / 4)), flows);
  }

  /** Checks the ranges. */
  public FeedBounds {
    if (bytes < 1 || flowBytes < 1 || flows < 1) {
      throw new IllegalArgumentException("bounds %d %d %d".formatted(bytes, flowBytes, flows));
    }
  }
}
