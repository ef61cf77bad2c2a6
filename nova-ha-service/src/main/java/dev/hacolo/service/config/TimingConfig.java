package dev.hacolo.service.config;

import java.time.Duration;

/**
 * Intervals and deadlines.
 *
 * @param reconcileInterval between two comparisons of all servers with all pairs
 * @param agentTimeout deadline of a request to an agent
 * @param agentSilence a host counts as away after this time without a report
 * @param retryInitial first back-off after a failed attempt
 * @param retryMax longest back-off
 * @param syncStall a sync without any progress for this long has failed
 * @param historyRetention released pairs and their history are kept for this long
 */
public record TimingConfig(
    Duration reconcileInterval,
    Duration agentTimeout,
    Duration agentSilence,
    Duration retryInitial,
    Duration retryMax,
    Duration syncStall,
    Duration historyRetention) {}
