package dev.hacolo.service.store;

import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.PairState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One row of a pair's history.
 *
 * @param id grows with time
 * @param pair the pair
 * @param at when
 * @param generation generation afterwards
 * @param from state before, absent for the first row
 * @param to state afterwards
 * @param event what happened
 * @param reason one sentence
 * @param detail facts for machines
 * @param tookMs time spent in {@code from}, where the state changed
 */
public record HistoryRow(
    long id,
    UUID pair,
    Instant at,
    long generation,
    Optional<PairState> from,
    PairState to,
    PairEvent event,
    String reason,
    Map<String, Object> detail,
    Optional<Long> tookMs) {}
