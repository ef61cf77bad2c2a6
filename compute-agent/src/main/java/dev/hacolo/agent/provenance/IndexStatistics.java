package dev.hacolo.agent.provenance;

/**
 * Figures of an index.
 *
 * @param bodies indexed bodies
 * @param bytes bytes of content at all their places
 * @param synchronisedPlaces places that held their body at the last checkpoint
 * @param evicted bodies put out to make room, ever
 */
public record IndexStatistics(int bodies, long bytes, int synchronisedPlaces, long evicted) {}
