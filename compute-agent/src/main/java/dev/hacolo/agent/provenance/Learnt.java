package dev.hacolo.agent.provenance;

/**
 * A body that was found in guest memory. Immutable; made by the background search, taken by {@link
 * ContentIndex#add}.
 *
 * @param content what it is
 * @param samples by what it is found again, from {@link Samples#of}
 * @param extents where it was found
 * @param context what the caller says of where such a body appears
 * @param framing what the caller says of what stands around it
 */
@SuppressWarnings("ArrayRecordComponent") // shared between threads, never changed
public record Learnt(
    BodyContent content, long[] samples, Extents extents, long context, long framing) {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if extents and content have different ones
   */
  public Learnt {
    if (extents.total() != content.length()) {
      throw new IllegalArgumentException(content + " in " + extents);
    }
  }
}
