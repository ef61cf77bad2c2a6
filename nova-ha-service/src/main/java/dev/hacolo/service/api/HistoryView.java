package dev.hacolo.service.api;

import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.store.HistoryRow;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of a pair's history as the API shows it. */
record HistoryView(
    long id,
    UUID pair,
    Instant at,
    long generation,
    @Nullable PairState from,
    PairState to,
    PairEvent event,
    String reason,
    Map<String, Object> detail,
    @Nullable Long tookMs) {
  static HistoryView of(HistoryRow row) {
    return new HistoryView(
        row.id(),
        row.pair(),
        row.at(),
        row.generation(),
        row.from().orElse(null),
        row.to(),
        row.event(),
        row.reason(),
        row.detail(),
        row.tookMs().orElse(null));
  }
}
