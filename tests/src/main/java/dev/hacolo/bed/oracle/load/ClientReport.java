package dev.hacolo.bed.oracle.load;

import dev.hacolo.bed.oracle.judge.Violation;
import java.util.List;

/**
 * What the clients say at the end of a round; one line of JSON.
 *
 * @param resets connections that the guest or its network ended
 * @param stalls connections that were given up because no answer came within 5 s
 * @param refusals connections that could not be opened
 * @param segments TCP segments of the guest with content that were watched
 * @param missed frames that went by unwatched
 * @param conflicts different bytes at one position of a stream
 * @param failure why the survivor could not be asked; empty if it was
 */
public record ClientReport(
    int resets,
    int stalls,
    int refusals,
    long segments,
    long missed,
    List<Violation> conflicts,
    String failure) {}
