package dev.hacolo.service.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.hacolo.service.domain.CheckpointNote;
import dev.hacolo.service.domain.Members;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.PairState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.StatelessSession;

/**
 * Keeps one row of a pair's history for the checkpoints of each protection. A newer row takes the
 * place of the last one: it has a new id, so whoever reads on from an id sees it. Blocks;
 * thread-safe.
 */
public final class CheckpointHistory {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final Database database;

  /** Works on a database. */
  public CheckpointHistory(Database database) {
    this.database = database;
  }

  /** What became of a note. */
  public enum Outcome {
    /** It is in the history, or one that says as much. */
    KEPT,
    /** The pair is not protected in that generation yet: to be tried again. */
    TOO_EARLY,
    /** There is no such pair, or the host has not been its primary. */
    REFUSED
  }

  /** Writes a note of a host on its pair's protection in a generation. */
  public Outcome keep(UUID pairId, long generation, String host, CheckpointNote note, Instant now)
      throws DatabaseUnavailableException {
    return database.transact(
        session -> {
          Optional<Pair> pair = PairWriter.lock(session, pairId);
          if (pair.isEmpty() || !mayTell(pair.get().members(), host)) {
            return Outcome.REFUSED;
          }
          if (last(session, pairId, generation, PairEvent.PROTECTED).isEmpty()) {
            return pair.get().generation() == generation ? Outcome.TOO_EARLY : Outcome.REFUSED;
          }
          replace(session, row(pairId, generation, note, now), note);
          return Outcome.KEPT;
        });
  }

  /** The primary, or one that a failover has deposed meanwhile. */
  private static boolean mayTell(Members members, String host) {
    return members.primary().filter(host::equals).isPresent() || members.deposed().contains(host);
  }

  private static Optional<HistoryEntity> last(
      StatelessSession session, UUID pairId, long generation, PairEvent event) {
    return session
        .createSelectionQuery(
            """
            from HistoryEntity where pairId = :pair and generation = :generation
              and event = :event order by id desc
            """,
            HistoryEntity.class)
        .setParameter("pair", pairId)
        .setParameter("generation", generation)
        .setParameter("event", event)
        .setMaxResults(1)
        .getResultStream()
        .findFirst();
  }

  private static HistoryEntity row(UUID pairId, long generation, CheckpointNote note, Instant now) {
    HistoryEntity row = new HistoryEntity();
    row.pairId = pairId;
    row.at = now;
    row.generation = generation;
    row.fromState = PairState.PROTECTED;
    row.toState = PairState.PROTECTED;
    row.event = PairEvent.CHECKPOINTS;
    row.reason = note.reason();
    row.detail = Json.write(note.detail());
    return row;
  }

  /** Replicas of the service may write in another order than the agent has reported. */
  private static void replace(StatelessSession session, HistoryEntity row, CheckpointNote note) {
    Optional<HistoryEntity> before =
        last(session, row.pairId, row.generation, PairEvent.CHECKPOINTS);
    if (before.isEmpty() || note.isLaterThan(Json.read(before.get().detail, OBJECT))) {
      before.ifPresent(session::delete);
      session.insert(row);
    }
  }
}
