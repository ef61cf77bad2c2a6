package dev.hacolo.agent.provenance;

/**
 * A body to be searched for. Immutable; the array is not changed after it was handed over.
 *
 * @param data the whole body
 * @param content its digests
 * @param context as for {@link ContentIndex#synced}
 * @param framing as for {@link ContentIndex#synced}
 */
@SuppressWarnings("ArrayRecordComponent") // shared between threads, never changed
public record Wanted(byte[] data, BodyContent content, long context, long framing) {
  /** What the index takes when it was found there. */
  public Learnt at(Extents extents) {
    return new Learnt(content, Samples.of(data, 0, data.length), extents, context, framing);
  }
}
