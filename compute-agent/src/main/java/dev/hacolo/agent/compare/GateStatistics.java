package dev.hacolo.agent.compare;

import java.util.Map;

/**
 * What the gate holds now, and what it has done since it was made.
 *
 * @param heldFrames frames that wait
 * @param heldBytes their bytes
 * @param oldestNanos age of the oldest one, 0 without
 * @param flows connections known
 * @param evictedFlows connections forgotten to make room
 * @param inputs frames that the guest got
 * @param records records sent to B
 * @param compared frames released because B found them equal
 * @param checkpointed frames released by a checkpoint
 * @param preReleased frames released before the secondary VM had made them
 * @param stable frames released because B has the inputs; nothing to compare in them
 * @param unchecked frames released without any condition: release ALL, or after the pair's end
 * @param equal verdicts EQUAL
 * @param different verdicts DIFFERENT
 * @param droppedFrames frames dropped at the hard bound of frames
 * @param droppedBytes frames dropped at the hard bound of bytes
 * @param droppedFlows frames dropped because no more connections could be remembered
 * @param causes in how many epochs each cause arose
 */
public record GateStatistics(
    int heldFrames,
    long heldBytes,
    long oldestNanos,
    int flows,
    long evictedFlows,
    long inputs,
    long records,
    long compared,
    long checkpointed,
    long preReleased,
    long stable,
    long unchecked,
    long equal,
    long different,
    long droppedFrames,
    long droppedBytes,
    long droppedFlows,
    Map<CheckpointCause, Long> causes) {}
