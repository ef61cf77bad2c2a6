package dev.hacolo.service.orchestration;

import dev.hacolo.common.api.CheckpointSummary;
import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.service.domain.CheckpointNote;
import dev.hacolo.service.store.CheckpointHistory;
import dev.hacolo.service.store.CheckpointHistory.Outcome;
import dev.hacolo.service.store.Lane;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes what agents report of their checkpoints into the pairs' histories, each report once: an
 * agent renews it once a minute. Never blocks; thread-safe.
 */
public final class CheckpointRecorder {
  private final CheckpointHistory history;
  private final Lane lane;
  private final InstantSource clock;

  /** By host and pair; a host has the pairs of its last report. */
  private final ConcurrentHashMap<String, Map<UUID, CheckpointSummary>> written =
      new ConcurrentHashMap<>();

  CheckpointRecorder(CheckpointHistory history, Lane lane, InstantSource clock) {
    this.history = history;
    this.lane = lane;
    this.clock = clock;
  }

  /** A report arrived. */
  public void seen(HostReport report) {
    Map<UUID, CheckpointSummary> known =
        written.computeIfAbsent(report.host(), host -> new ConcurrentHashMap<>());
    known.keySet().retainAll(report.sessions().stream().map(SessionReport::pairId).toList());
    for (SessionReport session : report.sessions()) {
      CheckpointSummary summary = session.checkpointSummary();
      if (summary != null && !Objects.equals(known.put(session.pairId(), summary), summary)) {
        write(report.host(), session.pairId(), summary, known);
      }
    }
  }

  private void write(
      String host, UUID pair, CheckpointSummary summary, Map<UUID, CheckpointSummary> known) {
    CheckpointNote note = CheckpointNote.of(summary, host);
    lane.run(() -> history.keep(pair, summary.generation(), host, note, clock.instant()))
        .onComplete(
            done -> {
              if (done.failed() || done.result() == Outcome.TOO_EARLY) {
                known.remove(pair, summary); // the next report tries again
              }
            });
  }
}
