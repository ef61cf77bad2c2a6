package dev.hacolo.agent.compare;

/**
 * What the comparator keeps now, and what it has done since it was made.
 *
 * @param flows connections of this epoch
 * @param bytes bytes of the secondary VM's streams
 * @param datagrams datagrams of the secondary VM without a record
 * @param waiting records that wait
 * @param equal verdicts EQUAL
 * @param different verdicts DIFFERENT
 * @param outdated records not answered because their epoch was over
 * @param droppedOutputs outputs of the secondary VM dropped at a hard bound
 * @param droppedRecords records dropped at a hard bound
 * @param evictedFlows connections forgotten to make room
 */
public record ComparatorStatistics(
    int flows,
    long bytes,
    int datagrams,
    int waiting,
    long equal,
    long different,
    long outdated,
    long droppedOutputs,
    long droppedRecords,
    long evictedFlows) {}
