package dev.hacolo.agent.compare;

/**
 * What an {@link InputFeed} holds now and has done since it was made.
 *
 * @param flows connections known now
 * @param heldFrames inputs held now
 * @param heldBytes bytes held now, with overhead
 * @param injected frames given to the secondary VM, all kinds
 * @param repeated of these: content that had been injected before
 * @param acknowledgements of these: made by the feed itself
 * @param clamped of these: acknowledged more than the secondary VM had sent
 * @param refused inputs not acknowledged: at a hard bound, or pieces of TCP segments
 * @param broken TCP segments with a wrong checksum, which no guest takes
 * @param skipped inputs without content that the loaded state already had
 * @param reclaimed content dropped without an acknowledgement, because two states had passed or,
 *     after promotion, because the connection was silent for too long
 * @param omitted requests that the secondary VM was not given, see {@link Omission}
 * @param evicted connections forgotten because there were too many
 */
public record FeedStatistics(
    int flows,
    long heldFrames,
    long heldBytes,
    long injected,
    long repeated,
    long acknowledgements,
    long clamped,
    long refused,
    long broken,
    long skipped,
    long reclaimed,
    long omitted,
    long evicted) {}
