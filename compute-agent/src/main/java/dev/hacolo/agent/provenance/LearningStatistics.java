package dev.hacolo.agent.provenance;

/**
 * What learning has done for one VM.
 *
 * @param offered bodies that were offered
 * @param refused of those, by their length, entropy, or lack of anything to be found by
 * @param overflowed of those, for want of room in the queue
 * @param recent of those, because they are searched for or were in vain a short time ago
 * @param found bodies that were found in memory
 * @param notFound bodies that were not, after all memory had been searched
 * @param places places at which bodies were found
 * @param scannedBytes memory read for the search
 * @param scanNanos time that took
 * @param searching bodies that are searched for or wait for it
 */
public record LearningStatistics(
    long offered,
    long refused,
    long overflowed,
    long recent,
    long found,
    long notFound,
    long places,
    long scannedBytes,
    long scanNanos,
    int searching) {}
