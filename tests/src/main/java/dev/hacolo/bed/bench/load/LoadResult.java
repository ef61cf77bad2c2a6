package dev.hacolo.bed.bench.load;

import java.util.List;

/**
 * What a load generator has measured; its one line of output.
 *
 * @param operations right answers within the measurement
 * @param seconds its real length
 * @param p50Ms median latency in ms; 0 if there was no answer, as the next two
 * @param p99Ms 99th percentile in ms
 * @param maxMs longest in ms
 * @param retries datagrams that were sent again since no answer came within a second
 * @param errors connections that ended by a wrong answer, a break or silence, warm-up included
 * @param problems the first of these errors, in sentences
 * @param clientCpuUsPerOp CPU time of the generator for each operation, in microseconds
 * @param seed of all random choices
 */
public record LoadResult(
    long operations,
    double seconds,
    double p50Ms,
    double p99Ms,
    double maxMs,
    long retries,
    long errors,
    List<String> problems,
    double clientCpuUsPerOp,
    long seed) {}
